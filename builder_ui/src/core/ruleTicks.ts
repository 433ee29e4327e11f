/** The server's account of one rule on one order, by place: which conditions held. */

import { holds, type Traced } from './trace';

export interface Tick {
  readonly yes: number;
  readonly no: number;
}

export type Ticks = ReadonlyMap<string, Tick>;

/** A place inside a box of line conditions is judged once for each line. */
export function ticksOf(trace: Traced | null | undefined): Ticks {
  const ticks = new Map<string, Tick>();
  const visit = (node: Traced): void => {
    if (node.skipped) return;
    const { yes, no } = ticks.get(node.pointer) ?? { yes: 0, no: 0 };
    const held = holds(node.value);
    ticks.set(node.pointer, { yes: yes + Number(held), no: no + Number(!held) });
    node.args.forEach(visit);
  };
  if (trace) visit(trace);
  return ticks;
}
