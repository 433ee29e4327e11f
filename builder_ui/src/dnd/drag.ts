/**
 * Dragging with the mouse, a finger or the keyboard. Nothing moves while dragging: a line shows where
 * the part would go. Elements with `data-zone` take parts; their `data-part` children are what stands
 * in them. The state lives outside React, so that a drag draws nothing but the line and the ghost.
 */

import { create } from 'zustand';

export interface Target {
  readonly zone: string;
  readonly index: number;
}

export interface Choice extends Target {
  readonly words: string;
}

export interface Item {
  /** The grip that gets the focus back. */
  readonly id: string;
  readonly label: string;
  readonly accepts: (target: Target) => boolean;
  readonly drop: (target: Target) => void;
  /** Where the keyboard may put it, in reading order. */
  readonly choices: () => readonly Choice[];
  /** The choice to begin with: the first one after where it stands. */
  readonly from: (choices: readonly Choice[]) => number;
}

export interface Line {
  readonly left: number;
  readonly top: number;
  readonly width: number;
}

interface DragState {
  readonly item: Item | null;
  readonly by: 'pointer' | 'keys' | null;
  readonly line: Line | null;
  readonly target: Target | null;
  /** Of the keyboard's choices. */
  readonly chosen: number;
  readonly choices: readonly Choice[];
}

const IDLE: DragState = { item: null, by: null, line: null, target: null, chosen: 0, choices: [] };

export const useDrag = create<DragState>()(() => IDLE);

export const ghost = { x: 0, y: 0, moved: (): void => undefined };

const FAR_ENOUGH = 4;
const EDGE = 48;
const STEP = 14;

const zoneOf = (element: Element): HTMLElement | null => element.closest<HTMLElement>('[data-zone]');

/** The parts directly in a zone, not those of zones inside it. */
export function partsIn(zone: HTMLElement): readonly HTMLElement[] {
  return [...zone.querySelectorAll<HTMLElement>('[data-part]')].filter((part) => zoneOf(part) === zone);
}

function indexAt(parts: readonly HTMLElement[], x: number, y: number, across: boolean): number {
  const before = parts.findIndex((part) => {
    const box = part.getBoundingClientRect();
    if (!across) return y < box.top + box.height / 2;
    return y < box.top || (y <= box.bottom && x < box.left + box.width / 2);
  });
  return before < 0 ? parts.length : before;
}

const GAP = 3;

export function lineAt(zone: HTMLElement, index: number): Line {
  const parts = partsIn(zone);
  const box = zone.getBoundingClientRect();
  const [next, last] = [parts[index]?.getBoundingClientRect(), parts.at(-1)?.getBoundingClientRect()];
  const top = next ? next.top - GAP : last ? last.bottom + GAP : box.top + box.height / 2;
  return { left: box.left + 4, top: top - 1.5, width: box.width - 8 };
}

interface Found {
  readonly target: Target;
  readonly line: Line;
}

function findAt(item: Item, x: number, y: number): Found | null {
  const under = document.elementsFromPoint(x, y)[0];
  for (let zone = under ? zoneOf(under) : null; zone; zone = zone.parentElement ? zoneOf(zone.parentElement) : null) {
    const index = indexAt(partsIn(zone), x, y, zone.dataset['across'] === 'true');
    const target = { zone: zone.dataset['zone'] ?? '', index };
    if (item.accepts(target)) return { target, line: lineAt(zone, index) };
  }
  return null;
}

function scroller(from: Element | undefined): HTMLElement | null {
  for (let box = from?.parentElement ?? null; box; box = box.parentElement) {
    if (box.scrollHeight > box.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(box).overflowY)) return box;
  }
  return null;
}

class PointerDrag {
  private started = false;
  private frame = 0;

  constructor(private readonly item: Item, private readonly pointer: number, private readonly x: number, private readonly y: number) {
    window.addEventListener('pointermove', this.move);
    window.addEventListener('pointerup', this.up);
    window.addEventListener('pointercancel', this.cancel);
    window.addEventListener('keydown', this.key, true);
  }

  private readonly move = (event: PointerEvent): void => {
    if (event.pointerId !== this.pointer) return;
    if (!this.started && Math.hypot(event.clientX - this.x, event.clientY - this.y) < FAR_ENOUGH) return;
    event.preventDefault();
    ghost.x = event.clientX;
    ghost.y = event.clientY;
    if (!this.started) this.begin();
    ghost.moved();
    this.look();
  };

  private begin(): void {
    this.started = true;
    document.documentElement.dataset['dragging'] = 'true';
    useDrag.setState({ ...IDLE, item: this.item, by: 'pointer' });
    this.frame = requestAnimationFrame(this.scroll);
  }

  private look(): void {
    const found = findAt(this.item, ghost.x, ghost.y);
    useDrag.setState({ target: found?.target ?? null, line: found?.line ?? null });
  }

  private readonly scroll = (): void => {
    const box = scroller(document.elementsFromPoint(ghost.x, ghost.y)[0]);
    if (box) {
      const { top, bottom } = box.getBoundingClientRect();
      const before = box.scrollTop;
      if (ghost.y < top + EDGE) box.scrollTop -= STEP;
      if (ghost.y > bottom - EDGE) box.scrollTop += STEP;
      if (box.scrollTop !== before) this.look();
    }
    this.frame = requestAnimationFrame(this.scroll);
  };

  private readonly up = (event: PointerEvent): void => {
    if (event.pointerId !== this.pointer) return;
    const { target } = useDrag.getState();
    const { started } = this;
    this.end();
    if (!started) return;
    swallowClick();
    if (target) this.item.drop(target);
  };

  private readonly cancel = (): void => this.end();

  private readonly key = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape' || !this.started) return;
    event.stopPropagation();
    swallowClick();
    this.end();
  };

  private end(): void {
    window.removeEventListener('pointermove', this.move);
    window.removeEventListener('pointerup', this.up);
    window.removeEventListener('pointercancel', this.cancel);
    window.removeEventListener('keydown', this.key, true);
    cancelAnimationFrame(this.frame);
    delete document.documentElement.dataset['dragging'];
    if (this.started) useDrag.setState(IDLE);
  }
}

/** The click a browser sends after a drag is not a click. */
function swallowClick(): void {
  const stop = (event: MouseEvent): void => {
    event.stopPropagation();
    event.preventDefault();
  };
  window.addEventListener('click', stop, { capture: true, once: true });
  setTimeout(() => window.removeEventListener('click', stop, true), 50);
}

export function startPointer(item: Item, event: { readonly pointerId: number; readonly clientX: number; readonly clientY: number }): void {
  if (useDrag.getState().item) return;
  void new PointerDrag(item, event.pointerId, event.clientX, event.clientY);
}

function show(choices: readonly Choice[], chosen: number): void {
  const choice = choices[chosen];
  const zone = choice && document.querySelector<HTMLElement>(`[data-zone="${CSS.escape(choice.zone)}"]`);
  if (zone) {
    (partsIn(zone)[choice.index] ?? zone).scrollIntoView({ block: 'nearest' });
    useDrag.setState({ line: lineAt(zone, choice.index) });
  }
  useDrag.setState({ chosen, target: choice ?? null });
}

export function lift(item: Item): void {
  const choices = item.choices();
  useDrag.setState({ ...IDLE, item, by: 'keys', choices });
  if (choices.length > 0) show(choices, Math.max(0, Math.min(item.from(choices), choices.length - 1)));
}

export function step(by: 1 | -1): void {
  const { choices, chosen } = useDrag.getState();
  if (choices.length > 0) show(choices, (chosen + by + choices.length) % choices.length);
}

export function settle(): void {
  const { item, target } = useDrag.getState();
  useDrag.setState(IDLE);
  if (item && target) item.drop(target);
}

export function letGo(): void {
  useDrag.setState(IDLE);
}

/** After a drop the part may stand elsewhere: its grip gets the focus once it is drawn. */
export function focusGrip(id: string): void {
  requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-grip="${CSS.escape(id)}"]`)?.focus());
}
