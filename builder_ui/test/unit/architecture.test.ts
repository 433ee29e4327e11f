import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const under = (folder: string) =>
  readdirSync(`${ROOT}/${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((f) => /\.(tsx?|mjs|css)$/.test(f))
    .map((f) => ({ name: `${folder}/${f}`, text: readFileSync(`${ROOT}/${folder}/${f}`, 'utf8') }));
const imports = (text: string): string[] =>
  [...text.matchAll(/^(?:import|export)\b[^'"]*?from\s*'([^']+)'|^import\s*'([^']+)'/gm)].map((m) => m[1] ?? m[2] ?? '');

// Who may use whom: a folder may import those named here, itself, and packages unless `packages` is false.
const MAY: Readonly<Record<string, { readonly folders: readonly string[]; readonly packages: boolean }>> = {
  core: { folders: ['i18n/translate'], packages: false },
  i18n: { folders: ['core', 'store/ui', 'api/types'], packages: true },
  store: { folders: ['core'], packages: true },
  api: { folders: ['core', 'store/ui'], packages: true },
  ui: { folders: ['core', 'i18n', 'store', 'api'], packages: true },
};

function resolve(file: string, target: string): string {
  if (target.startsWith('@/')) return target.slice(2);
  const base = new URL(target, `file:///${file.replace(/^src\//, '')}`).pathname;
  return base.slice(1);
}

test('the check sees what is imported', () => {
  expect(imports("import {\n  a,\n} from './x';\nimport './y.css';\nexport { b } from '@/z';\nset(from); call('no');")).toEqual(['./x', './y.css', '@/z']);
});

test('the core knows neither React nor the network, and each layer only what lies below', () => {
  const wrong = under('src').filter((f) => /\.tsx?$/.test(f.name)).flatMap(({ name, text }) => {
    const layer = name.split('/')[1] ?? '';
    const may = MAY[layer];
    if (!may) return [];
    return imports(text).filter((target) => {
      if (!target.startsWith('.') && !target.startsWith('@/')) return !may.packages;
      const to = resolve(name, target);
      return !to.startsWith(`${layer}/`) && !may.folders.some((f) => to === f || to.startsWith(`${f}/`) || (f === 'i18n' && to === 'i18n'));
    }).map((target) => `${name} uses ${target}`);
  });
  expect(wrong).toEqual([]);
});

test('no file is longer than 400 lines, screens excepted for their style sheets', () => {
  const long = [...under('src'), ...under('dev'), ...under('e2e'), ...under('test')]
    .filter((f) => !f.name.endsWith('.module.css') && f.text.split('\n').length > 401)
    .map((f) => f.name);
  expect(long).toEqual([]);
});

test('effects never return the value of a call: browsers may answer with something that is no clean-up', () => {
  const wrong = under('src').filter((f) => /useEffect\(\(\) => [^{\n]/.test(f.text)).map((f) => f.name);
  expect(wrong).toEqual([]);
});

test('nothing is taken from another host', () => {
  const wrong = [...under('src'), { name: 'index.html', text: readFileSync(`${ROOT}/index.html`, 'utf8') }]
    .filter((f) => /https?:\/\/(?!www\.w3\.org)/.test(f.text))
    .map((f) => f.name);
  expect(wrong).toEqual([]);
});
