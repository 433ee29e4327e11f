/**
 * The browser's rules for the server's tests: one {"rule", "data"} per line in, {"value"} or {"error"} out. The
 * first line is the catalogue (tests/golden/jsonlogic/operators.json), which says what names stand for.
 */
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createServer } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));
const vite = await createServer({ root, server: { middlewareMode: true, ws: false }, appType: 'custom', logLevel: 'error', optimizeDeps: { noDiscovery: true } });
const { evaluate } = await vite.ssrLoadModule('/src/core/logic/evaluate.ts');
const { read } = await vite.ssrLoadModule('/src/core/rule.ts');
const { carried, namesOf } = await vite.ssrLoadModule('/test/support/golden.ts');

function answer(names, { rule, data }) {
  try {
    return { value: carried(evaluate(read(rule), data, names)) };
  } catch (error) {
    return { error: String(error) };
  }
}

let names = null;
for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const asked = JSON.parse(line);
  if (names) process.stdout.write(`${JSON.stringify(answer(names, asked))}\n`);
  else names = namesOf(asked);
}
await vite.close();
