import { GripVertical } from 'lucide-react';
import { useEffect, useRef, type ReactElement } from 'react';
import { createPortal } from 'react-dom';
import { useWords } from '@/i18n';
import { ghost, useDrag } from './drag';
import css from './Dnd.module.css';

function Ghost({ label }: { readonly label: string }): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const place = (): void => {
      if (box.current) box.current.style.transform = `translate(${ghost.x + 10}px, ${ghost.y - 16}px)`;
    };
    place();
    ghost.moved = place;
    return () => {
      ghost.moved = () => undefined;
    };
  }, []);
  return (
    <div ref={box} className={css.ghost} aria-hidden="true">
      <GripVertical size={15} />
      <span>{label}</span>
    </div>
  );
}

function DropLine(): ReactElement | null {
  const line = useDrag((s) => s.line);
  return line && <div className={css.line} data-drop-line="true" style={{ left: line.left, top: line.top, width: line.width }} />;
}

function useAnnouncement(): string {
  const { t } = useWords();
  const { item, by, choices, chosen } = useDrag();
  const before = useRef<string | null>(null);
  const choice = choices[chosen];
  if (!item || by !== 'keys') return before.current ?? '';
  before.current = t('rules.dropped', { what: item.label });
  if (!choice) return t('rules.lifted', { what: item.label });
  return t('rules.place', { n: chosen + 1, all: choices.length, where: choice.words });
}

function Says(): ReactElement {
  return <div className="ol-hide" role="status" aria-live="assertive">{useAnnouncement()}</div>;
}

/** The line, the ghost and what a screen reader says; once for a screen. */
export function DragLayer(): ReactElement {
  const item = useDrag((s) => s.item);
  const by = useDrag((s) => s.by);
  return createPortal(
    <>
      <DropLine />
      {item && by === 'pointer' && <Ghost label={item.label} />}
      <Says />
    </>,
    document.body,
  );
}
