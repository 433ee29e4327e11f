import { Menu, Popover } from '@mantine/core';
import { useState, type ReactElement, type ReactNode } from 'react';
import css from './Rules.module.css';

export interface Option {
  readonly value: string;
  readonly label: string;
}

export interface Options {
  readonly label: string;
  readonly options: readonly Option[];
}

interface PickProps {
  readonly label: string;
  readonly value: string;
  readonly shown: string;
  readonly groups: () => readonly Options[];
  readonly onPick: (value: string) => void;
  readonly strong?: boolean;
}

/** A select that knows only its own value until somebody turns to it: hundreds of them cost little. */
export function Pick({ label, value, shown, groups, onPick, strong = false }: PickProps): ReactElement {
  const [armed, setArmed] = useState(false);
  const arm = (): void => setArmed(true);
  const all = armed ? groups() : [];
  const has = all.some((group) => group.options.some((option) => option.value === value));
  return (
    <select
      className={css.pick} data-strong={strong} aria-label={label} value={value} onPointerEnter={arm} onPointerDown={arm}
      onFocus={arm} onChange={(event) => onPick(event.currentTarget.value)}
    >
      {!has && <option value={value}>{shown}</option>}
      {all.map((group) => (group.label
        ? <optgroup key={group.label} label={group.label}>{group.options.map(choice)}</optgroup>
        : group.options.map(choice)))}
    </select>
  );
}

const choice = (option: Option): ReactElement => <option key={option.value} value={option.value}>{option.label}</option>;

interface LaterProps {
  readonly label: string;
  readonly className?: string | undefined;
  readonly face: ReactNode;
  readonly children: (close: () => void) => ReactNode;
}

/** A menu that is built on the first click. */
export function LaterMenu({ label, className = css.icon, face, children }: LaterProps): ReactElement {
  const [state, setState] = useState<'new' | 'open' | 'shut'>('new');
  const button = (
    <button type="button" className={className} aria-label={label} title={label} aria-haspopup="menu" {...(state === 'new' ? { onClick: () => setState('open') } : {})}>
      {face}
    </button>
  );
  if (state === 'new') return button;
  return (
    <Menu opened={state === 'open'} onChange={(open) => setState(open ? 'open' : 'shut')} position="bottom-end" withinPortal>
      <Menu.Target>{button}</Menu.Target>
      <Menu.Dropdown className={css.menu}>{children(() => setState('shut'))}</Menu.Dropdown>
    </Menu>
  );
}

export function LaterPopover({ label, className = css.icon, face, children }: LaterProps): ReactElement {
  const [state, setState] = useState<'new' | 'open' | 'shut'>('new');
  const toggle = (): void => setState(state === 'open' ? 'shut' : 'open');
  const button = <button type="button" className={className} aria-label={label} aria-expanded={state === 'open'} onClick={toggle}>{face}</button>;
  if (state === 'new') return button;
  return (
    <Popover opened={state === 'open'} onChange={(open) => setState(open ? 'open' : 'shut')} position="bottom-start" trapFocus returnFocus>
      <Popover.Target>{button}</Popover.Target>
      <Popover.Dropdown className={css.popover}>{state === 'open' && children(() => setState('shut'))}</Popover.Dropdown>
    </Popover>
  );
}
