/** Regions by any usual spelling, as the server knows them (platform/orderloom/engine/regions.py). */

export interface Spelling {
  /** Folded spelling -> short name of the province. */
  readonly provinces: Readonly<Record<string, string>>;
  readonly official_endings: readonly string[];
  readonly place_endings: readonly string[];
}

/** The server's words for regions. */
export interface Regions extends Spelling {
  readonly sets: Readonly<Record<string, readonly string[]>>;
}

const BLANKS = /[\t-\r \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]+/g;

/** Width, case and blanks folded away. */
export const fold = (text: string): string => text.normalize('NFKC').toUpperCase().toLowerCase().replace(BLANKS, '');

/** Code points, as the server counts. */
const size = (text: string): number => [...text].length;

const own = (table: Readonly<Record<string, string>>, key: string): string | undefined => (Object.hasOwn(table, key) ? table[key] : undefined);

/** The short name of a province, or of the one an address begins with officially. */
export function province(text: string, { provinces, official_endings }: Regions): string | null {
  const folded = fold(text);
  const known = own(provinces, text) ?? own(provinces, folded);
  if (known !== undefined) return known;
  const official = Object.keys(provinces).find((name) => official_endings.some((ending) => name.endsWith(ending)) && folded.startsWith(name));
  return official === undefined ? null : (own(provinces, official) ?? null);
}

/** A city's or district's folded name without its kind. */
export function place(text: string, { place_endings }: Regions): string {
  const folded = fold(text);
  const ending = place_endings.find((one) => folded.endsWith(one) && size(folded) - size(one) >= 2);
  return ending ? folded.slice(0, -ending.length) : folded;
}

/** Whether a place, by name or as an address, is one of the regions named. */
export function inRegion(where: unknown, names: readonly string[], regions: Regions): boolean {
  const units = new Set<string>();
  const places = new Set<string>();
  for (const name of names) {
    const unit = province(name, regions);
    if (unit === null) places.add(place(name, regions));
    else units.add(unit);
  }
  if (typeof where === 'string') {
    const unit = province(where, regions);
    return unit === null ? places.has(place(where, regions)) : units.has(unit);
  }
  return where !== null && typeof where === 'object' && !Array.isArray(where) && addressIn(where as Address, units, places, regions);
}

type Address = Readonly<Record<string, unknown>>;

function addressIn(address: Address, units: ReadonlySet<string>, places: ReadonlySet<string>, regions: Regions): boolean {
  const text = (key: string): readonly string[] => {
    const found = Object.hasOwn(address, key) ? address[key] : null;
    return typeof found === 'string' ? [found] : [];
  };
  const parts = [...text('city'), ...text('district')];
  const unit = [...text('province'), ...parts].map((one) => province(one, regions)).find((one) => one !== null);
  return (unit !== undefined && unit !== null && units.has(unit)) || parts.some((one) => places.has(place(one, regions)));
}
