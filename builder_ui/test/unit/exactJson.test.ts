import { expect, test } from 'vitest';
import { asText, layOut, readable } from '@/core/exactJson';

const tidy = (text: string): string | null => {
  const lines = layOut(text);
  return lines && asText(lines);
};

test('19-digit numbers, 1.0 and exponents come out as they went in', () => {
  const text = '{"tid":2489123456789012345,"rate":1.0,"big":1e400,"neg":-0.10,"oids":[3473196049974326153,1]}';
  const shown = tidy(text) ?? '';
  for (const exact of ['2489123456789012345', '1.0', '1e400', '-0.10', '3473196049974326153']) expect(shown).toContain(exact);
  // The control: parsing, as a browser would, loses them.
  expect(JSON.stringify(JSON.parse(text))).not.toContain('2489123456789012345');
});

test('nothing is lost, added or moved but the space between', () => {
  const text = ' {"a" : [ ] , "b":{ }, "c":[{"d":"x , } ] { [ : y","e":null}, true,false] }\n';
  const squeezed = '{"a":[],"b":{},"c":[{"d":"x , } ] { [ : y","e":null},true,false]}';
  const lines = layOut(text) ?? [];
  expect(lines.flatMap((l) => l.tokens.map((t) => (t.kind === 'mark' ? t.text.trim() : t.text))).join('')).toBe(squeezed);
});

test('the layout is two spaces per level, empty brackets on one line', () => {
  expect(tidy('{"a":[1,{"b":{}}],"c":[]}')).toBe('{\n  "a": [\n    1,\n    {\n      "b": {}\n    }\n  ],\n  "c": []\n}');
});

test.each(['7', '"text"', 'null', '[]', '{}'])('%s alone is a document', (text) => {
  expect(tidy(text)).toBe(text);
});

test.each([
  '', '{', '}', '[1,]', '{"a":1,}', '{"a"}', '{a:1}', '[1 2]', '{"a":1}}', '01', '1.', '+1', 'nul', "{'a':1}", '{"a":1} x', '[1}', '"\n"', '<xml/>', 'NaN', '{"a":"\\x"}', '[,]', ':', '{:1}', '{"a"::1}', '{1:2}',
])('%s is not JSON and is left alone', (text) => {
  expect(layOut(text)).toBeNull();
});

test('escaped Chinese is readable, escapes that would break the layout stay', () => {
  expect(tidy('"\\u676d\\u5dde\\n\\u0000"')).toBe('"杭州\\n\\u0000"');
  expect(readable('"\\\\u676d"')).toBe('"\\\\u676d"');
  expect(readable('"\\ud83d\\ude00"')).toBe('"\\ud83d\\ude00"');
});

test('keys and values are told apart for colouring', () => {
  const tokens = (layOut('{"a":"a"}') ?? []).flatMap((l) => l.tokens);
  expect(tokens.filter((t) => t.text === '"a"').map((t) => t.kind)).toEqual(['key', 'string']);
});

test('deep nesting does not overflow', () => {
  const deep = 20_000;
  expect(layOut('['.repeat(deep) + ']'.repeat(deep))?.length).toBe(2 * deep - 1);
});

function random(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a * 1664525 + 1013904223) % 4294967296;
    return a / 4294967296;
  };
}

function invent(next: () => number, depth: number): unknown {
  const kind = Math.floor(next() * (depth > 4 ? 4 : 6));
  if (kind === 0) return Math.floor(next() * 1e6) - 5e5;
  if (kind === 1) return ['', 'a"b', '杭州\t', '\\', '{}[],:'][Math.floor(next() * 5)];
  if (kind === 2) return next() < 0.5;
  if (kind === 3) return null;
  const size = Math.floor(next() * 4);
  if (kind === 4) return Array.from({ length: size }, () => invent(next, depth + 1));
  return Object.fromEntries(Array.from({ length: size }, (_, i) => [`k${i}"`, invent(next, depth + 1)]));
}

test('on 3,000 invented documents it agrees with JSON.stringify', () => {
  const next = random(11);
  for (let i = 0; i < 3_000; i += 1) {
    const document = invent(next, 0);
    expect(tidy(JSON.stringify(document))).toBe(JSON.stringify(document, null, 2));
  }
});
