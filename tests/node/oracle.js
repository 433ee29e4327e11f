// Reads {"rule":…,"data":…} per line, answers {"value":…} or {"error":"…"} per line.
// What JSON cannot carry comes as {"$js":"NaN"} and the like.
"use strict";
const jsonLogic = require("json-logic-js");
const readline = require("node:readline");

console.log = () => {};

function carried(value) {
  if (value === undefined || Number.isNaN(value)) return { $js: String(value) };
  if (value === Infinity || value === -Infinity) return { $js: String(value) };
  if (Array.isArray(value)) return Array.from(value, carried);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, carried(inner)]));
}

function answer(line) {
  const { rule, data } = JSON.parse(line);
  try {
    return { value: carried(jsonLogic.apply(rule, data)) };
  } catch (error) {
    return { error: String(error) };
  }
}

readline.createInterface({ input: process.stdin, crlfDelay: Infinity }).on("line", (line) => {
  process.stdout.write(`${JSON.stringify(answer(line))}\n`);
});
