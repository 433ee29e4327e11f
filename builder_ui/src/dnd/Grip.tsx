import { GripVertical } from 'lucide-react';
import { useRef, type KeyboardEvent, type PointerEvent, type ReactElement } from 'react';
import { useWords } from '@/i18n';
import { letGo, lift, settle, startPointer, step, useDrag, type Item } from './drag';
import css from './Dnd.module.css';

interface Handlers {
  readonly onPointerDown: (event: PointerEvent) => void;
  readonly onKeyDown: (event: KeyboardEvent) => void;
  readonly onBlur: () => void;
}

const ARROWS: Readonly<Record<string, 1 | -1>> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

/** What an element needs to be dragged by; `make` is asked only once a drag begins. */
export function useGrip(id: string, make: () => Item): Handlers {
  const latest = useRef(make);
  latest.current = make;
  const mine = (): boolean => {
    const { item, by } = useDrag.getState();
    return by === 'keys' && item?.id === id;
  };
  const held = (event: KeyboardEvent): boolean => {
    const arrow = ARROWS[event.key];
    if (arrow) step(arrow);
    else if (event.key === ' ' || event.key === 'Enter') settle();
    else if (event.key === 'Escape') letGo();
    else return false;
    return true;
  };
  return {
    onPointerDown: (event) => {
      if (event.button !== 0) return;
      // Without this a finger's pointer stays bound to the element it came down on.
      if (event.currentTarget.hasPointerCapture(event.pointerId)) event.currentTarget.releasePointerCapture(event.pointerId);
      startPointer(latest.current(), event);
    },
    onKeyDown: (event) => {
      const done = mine() ? held(event) : event.key === ' ' && (lift(latest.current()), true);
      if (!done) return;
      event.preventDefault();
      event.stopPropagation();
    },
    onBlur: () => {
      if (mine()) letGo();
    },
  };
}

interface Props {
  readonly id: string;
  readonly label: string;
  readonly make: () => Item;
}

export function Grip({ id, label, make }: Props): ReactElement {
  const { t } = useWords();
  const handlers = useGrip(id, make);
  return (
    <button
      type="button" className={css.grip} data-grip={id} aria-label={t('rules.grip', { what: label })}
      title={t('rules.grip_how')} {...handlers}
    >
      <GripVertical size={15} aria-hidden="true" />
    </button>
  );
}
