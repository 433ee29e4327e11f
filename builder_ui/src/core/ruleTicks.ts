/** One rule on one order, by place: which conditions held. */

import { evaluate } from './logic/evaluate';
import type { Names } from './logic/own';
import type { Node } from './rule';
import { holds, type Traced } from './trace';

export interface Tick {
  readonly yes: number;
  readonly no: number;
}

export type Ticks = ReadonlyMap<string, Tick>;

function counted(ticks: Map<string, Tick>, at: string, value: unknown): void {
  const { yes, no } = ticks.get(at) ?? { yes: 0, no: 0 };
  const held = holds(value);
  ticks.set(at, { yes: yes + Number(held), no: no + Number(!held) });
}

/** What the browser itself makes of a rule, until the server has judged it; none where it cannot tell. */
export function hintedTicks(rule: Node, seen: unknown, names: Names): Ticks {
  const ticks = new Map<string, Tick>();
  try {
    evaluate(rule, seen, names, (at, value) => counted(ticks, at, value));
  } catch {
    return new Map();
  }
  return ticks;
}

/** The server's account. A place inside a box of line conditions is judged once for each line. */
export function ticksOf(trace: Traced | null | undefined): Ticks {
  const ticks = new Map<string, Tick>();
  const visit = (node: Traced): void => {
    if (node.skipped) return;
    counted(ticks, node.pointer, node.value);
    node.args.forEach(visit);
  };
  if (trace) visit(trace);
  return ticks;
}
