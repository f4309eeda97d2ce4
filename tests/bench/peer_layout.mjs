// Lays a graph out by graphology's ForceAtlas2, with the settings it proposes for the graph.
// node peer_layout.mjs MODULES GRAPH OUT ROUNDS: GRAPH and OUT are JSON files.
import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const [modules, input, output, rounds] = process.argv.slice(2);
const require = createRequire(`${modules}/`);
const Graph = require("graphology");
const forceAtlas2 = require("graphology-layout-forceatlas2");

const { xy, ends } = JSON.parse(readFileSync(input, "utf8"));
const graph = new Graph({ multi: true, type: "undirected" });
xy.forEach(([x, y], node) => graph.addNode(node, { x, y }));
for (const [a, b] of ends) graph.addEdge(a, b);

const settings = forceAtlas2.inferSettings(graph);
const began = process.hrtime.bigint();
forceAtlas2.assign(graph, { iterations: Number(rounds), settings });
const ms = Number(process.hrtime.bigint() - began) / 1e6;
writeFileSync(output, JSON.stringify({ ms, xy: graph.mapNodes((_, { x, y }) => [x, y]) }));
