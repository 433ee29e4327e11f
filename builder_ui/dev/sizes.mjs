/** First-visit size of every route, gzip, JavaScript and CSS: `npm run sizes`. Ends with 1 over budget. */
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

const BUDGET = 220_000;
const ROUTES = {
  login: ['screens/login/Login'],
  flow: ['screens/flow/FlowScreen'],
  orders: ['screens/orders/OrdersScreen'],
  'orders with drawer': ['screens/orders/OrdersScreen', 'screens/story/StoryDrawer'],
  'one order': ['screens/story/StoryPage'],
  exceptions: ['screens/exceptions/ExceptionsScreen'],
};

const { output } = await build({ logLevel: 'error', build: { write: false } });
const files = new Map(output.map((f) => [f.fileName, f]));
const gzip = (f) => gzipSync(f.type === 'chunk' ? f.code : f.source, { level: 9 }).length;

function reach(name, seen) {
  const chunk = files.get(name);
  if (!chunk || seen.has(name)) return seen;
  seen.add(name);
  for (const css of chunk.viteMetadata?.importedCss ?? []) seen.add(css);
  for (const next of chunk.imports ?? []) reach(next, seen);
  return seen;
}

const entry = output.find((f) => f.isEntry).fileName;
const screen = (path) => output.find((f) => f.facadeModuleId?.includes(`/src/${path}.`))?.fileName;
let over = false;
for (const [route, screens] of Object.entries(ROUTES)) {
  const seen = screens.map(screen).reduce((all, name) => reach(name, all), reach(entry, new Set()));
  const sums = { js: 0, css: 0 };
  for (const name of seen) sums[name.endsWith('.css') ? 'css' : 'js'] += gzip(files.get(name));
  const total = sums.js + sums.css;
  over ||= total > BUDGET;
  console.log(`${route.padEnd(20)} ${(total / 1000).toFixed(1).padStart(6)} K  (js ${(sums.js / 1000).toFixed(1)}, css ${(sums.css / 1000).toFixed(1)})${total > BUDGET ? '  OVER BUDGET' : ''}`);
}
process.exitCode = over ? 1 : 0;
