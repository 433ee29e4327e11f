import { Button } from '@mantine/core';
import { CircleDashed } from 'lucide-react';
import type { ReactElement } from 'react';
import { fillRole, type Role } from '@/api/connections';
import { useWords } from '@/i18n';
import { Chip } from '@/ui/Chips';
import { Disclosure } from '@/ui/Disclosure';
import { useHub } from '@/ui/hub';
import { useDo } from '@/ui/useDo';
import { refreshConnections } from './Card';
import css from './Connections.module.css';

interface RowProps {
  readonly role: Role;
  readonly connect: (role: Role) => void;
}

function Row({ role, connect }: RowProps): ReactElement {
  const { t, say } = useWords();
  const { user } = useHub();
  const { busy, run } = useDo(refreshConnections);
  const name = say(role.title);
  const mayChange = user.role === 'admin';
  const fill = (target: string): Promise<boolean> => run(() => fillRole(role, target || null), () => t('conn.role_saved', { role: name }));
  return (
    <li className={css.role} data-role={role.role}>
      <b>{name}</b>
      <Chip tone="grey">{role.connector_title ? say(role.connector_title) : t(`conn.role.${role.kind}`)}</Chip>
      <span className={css.gap} />
      <select
        className={css.roleChoice} value={role.target ?? ''} disabled={busy || !mayChange} aria-label={t('conn.role_of', { role: name })}
        onChange={(event) => void fill(event.target.value)}
      >
        <option value="">{t('conn.role_none')}</option>
        {role.candidates.map((one) => <option key={one.id} value={one.id}>{one.title}</option>)}
      </select>
      {mayChange && role.target === null && role.kind !== 'warehouse' && (
        <Button size="xs" aria-label={t('conn.role_connect_what', { role: name })} onClick={() => connect(role)}>{t('conn.role_connect')}</Button>
      )}
    </li>
  );
}

interface Props {
  readonly roles: readonly Role[];
  readonly connect: (role: Role) => void;
}

/** Roles nobody fills yet come first and open; the others are there to be changed. */
export function Roles({ roles, connect }: Props): ReactElement | null {
  const { t } = useWords();
  const open = roles.filter((role) => role.target === null);
  const filled = roles.filter((role) => role.target !== null);
  const list = (some: readonly Role[]): ReactElement => (
    <ul className={css.roles}>{some.map((role) => <Row key={`${role.blueprint}/${role.role}`} role={role} connect={connect} />)}</ul>
  );
  if (roles.length === 0) return null;
  return (
    <section className={css.section} aria-labelledby="conn-roles">
      <header className={css.head}>
        <h2 id="conn-roles">{t(open.length ? 'conn.todo' : 'conn.roles')}</h2>
        {open.length > 0 && <Chip tone="warn" icon={CircleDashed}>{open.length}</Chip>}
        <p className={css.small}>{t(open.length ? 'conn.todo_how' : 'conn.roles_how')}</p>
      </header>
      {open.length > 0 && list(open)}
      {filled.length > 0 && (
        <Disclosure show={t('conn.roles_show', { n: filled.length })} hide={t('conn.roles_hide')}>{() => list(filled)}</Disclosure>
      )}
    </section>
  );
}
