"""What the user can tell the program to do, as data: menus, palette and keys read one list."""
