; The installer for Windows: for the user alone, without asking for an administrator's rights.
; packaging/make_setup.py defines VERSION, FOUR, PROGRAM, ICON, LICENCE, KILOBYTES and OUT.

Unicode true
ManifestDPIAware true
SetCompressor /SOLID lzma
RequestExecutionLevel user

!include "MUI2.nsh"
!include "FileFunc.nsh"

!define KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\Entente"
!define DOSSIER "Entente.Dossier.1"

Name "Entente"
OutFile "${OUT}"
InstallDir "$LOCALAPPDATA\Programs\Entente"
InstallDirRegKey HKCU "Software\Entente" "Folder"

VIProductVersion "${FOUR}"
VIAddVersionKey "ProductName" "Entente"
VIAddVersionKey "ProductVersion" "${VERSION}"
VIAddVersionKey "FileVersion" "${FOUR}"
VIAddVersionKey "FileDescription" "Entente setup"
VIAddVersionKey "LegalCopyright" "The Entente authors. Apache License 2.0"

!define MUI_ICON "${ICON}"
!define MUI_UNICON "${ICON}"
!define MUI_FINISHPAGE_RUN "$INSTDIR\entente.exe"
!insertmacro MUI_PAGE_LICENSE "${LICENCE}"
!insertmacro MUI_PAGE_DIRECTORY
!insertmacro MUI_PAGE_INSTFILES
!insertmacro MUI_PAGE_FINISH
!insertmacro MUI_UNPAGE_CONFIRM
!insertmacro MUI_UNPAGE_INSTFILES
!insertmacro MUI_LANGUAGE "English"

Section "Entente"
    ; Of an older version nothing is left among the new files.
    RMDir /r "$INSTDIR\_internal"
    SetOutPath "$INSTDIR"
    File /r "${PROGRAM}/*"
    WriteUninstaller "$INSTDIR\uninstall.exe"
    CreateShortcut "$SMPROGRAMS\Entente.lnk" "$INSTDIR\entente.exe"

    WriteRegStr HKCU "Software\Entente" "Folder" "$INSTDIR"
    WriteRegStr HKCU "${KEY}" "DisplayName" "Entente"
    WriteRegStr HKCU "${KEY}" "DisplayVersion" "${VERSION}"
    WriteRegStr HKCU "${KEY}" "DisplayIcon" "$INSTDIR\entente.exe"
    WriteRegStr HKCU "${KEY}" "Publisher" "The Entente authors"
    WriteRegStr HKCU "${KEY}" "UninstallString" '"$INSTDIR\uninstall.exe"'
    WriteRegStr HKCU "${KEY}" "QuietUninstallString" '"$INSTDIR\uninstall.exe" /S'
    WriteRegDWORD HKCU "${KEY}" "EstimatedSize" ${KILOBYTES}
    WriteRegDWORD HKCU "${KEY}" "NoModify" 1
    WriteRegDWORD HKCU "${KEY}" "NoRepair" 1

    ; A dossier is a GeoPackage: offered beside other programs, never taken from them.
    WriteRegStr HKCU "Software\Classes\${DOSSIER}" "" "Entente dossier"
    WriteRegStr HKCU "Software\Classes\${DOSSIER}\DefaultIcon" "" "$INSTDIR\entente.exe,0"
    WriteRegStr HKCU "Software\Classes\${DOSSIER}\shell\open\command" "" '"$INSTDIR\entente.exe" "%1"'
    WriteRegStr HKCU "Software\Classes\.gpkg\OpenWithProgids" "${DOSSIER}" ""
    ${RefreshShellIcons}
SectionEnd

Section "Uninstall"
    RMDir /r "$INSTDIR\_internal"
    Delete "$INSTDIR\entente.exe"
    Delete "$INSTDIR\entente-cli.exe"
    Delete "$INSTDIR\uninstall.exe"
    RMDir "$INSTDIR"
    Delete "$SMPROGRAMS\Entente.lnk"
    DeleteRegKey HKCU "${KEY}"
    DeleteRegKey HKCU "Software\Entente"
    DeleteRegKey HKCU "Software\Classes\${DOSSIER}"
    DeleteRegValue HKCU "Software\Classes\.gpkg\OpenWithProgids" "${DOSSIER}"
    ; Settings and texts of the user stay where they are.
    ${RefreshShellIcons}
SectionEnd
