import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { PlugZap, Plus } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { connectionsQuery, connectorsQuery, KINDS, setState, type Connection, type Connections, type Role } from '@/api/connections';
import { useWords } from '@/i18n';
import { Busy } from '@/ui/Busy';
import { Disclosure } from '@/ui/Disclosure';
import { useHub } from '@/ui/hub';
import { EmptyState, ProblemState } from '@/ui/States';
import { Time } from '@/ui/Time';
import { useDo } from '@/ui/useDo';
import { ScreenTitle } from '../frame/Frame';
import { Card, refreshConnections, StateOf } from './Card';
import { AddDialog, ChangeDialog } from './ConnectDialog';
import { Roles } from './Roles';
import css from './Connections.module.css';

function Broken(): ReactElement | null {
  const { t, say } = useWords();
  const broken = useQuery(connectorsQuery).data?.filter((one) => one.problem !== null) ?? [];
  if (broken.length === 0) return null;
  return (
    <section className={css.section} aria-labelledby="conn-broken">
      <header className={css.head}>
        <h2 id="conn-broken">{t('conn.broken')}</h2>
        <p className={css.small}>{t('conn.broken_how')}</p>
      </header>
      <ul className={css.roles}>
        {broken.map((one) => (
          <li key={`${one.key}/${one.origin}`}>
            <p className={css.fault}>{one.problem && say(one.problem.message)} {one.problem?.how && say(one.problem.how)}</p>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Retired({ found }: { readonly found: readonly Connection[] }): ReactElement | null {
  const { t } = useWords();
  const { user } = useHub();
  const { busy, run } = useDo(refreshConnections);
  if (found.length === 0) return null;
  return (
    <Disclosure show={t('conn.retired', { n: found.length })} hide={t('conn.retired_hide')}>
      {() => (
        <ul className={css.roles}>
          {found.map((one) => (
            <li key={one.id} className={css.role}>
              <b>{one.title}</b>
              <StateOf connection={one} />
              {one.call_refused_at && (
                <span className={css.small}>{t('conn.called_in_vain', { n: one.calls_refused })} <Time iso={one.call_refused_at} /></span>
              )}
              <span className={css.gap} />
              {user.role === 'admin' && (
                <Button
                  size="xs" variant="default" disabled={busy} aria-label={t('conn.retired_back_what', { title: one.title })}
                  onClick={() => void run(() => setState(one.id, 'ok'), () => t('conn.resumed_done', { title: one.title }))}
                >
                  {t('conn.retired_back')}
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </Disclosure>
  );
}

interface ListsProps {
  readonly data: Connections;
  readonly edit: (connection: Connection) => void;
}

function Lists({ data, edit }: ListsProps): ReactElement {
  const { t } = useWords();
  const used = data.connections.filter((one) => one.state !== 'retired');
  return (
    <>
      {KINDS.map((kind) => {
        const mine = used.filter((one) => one.kind === kind);
        return mine.length > 0 && (
          <section key={kind} className={css.section} aria-labelledby={`conn-${kind}`}>
            <header className={css.head}><h2 id={`conn-${kind}`}>{t(`conn.kind.${kind}`)}</h2></header>
            <ul className={css.cards}>{mine.map((one) => <Card key={one.id} connection={one} roles={data.roles} edit={() => edit(one)} />)}</ul>
          </section>
        );
      })}
      <Retired found={data.connections.filter((one) => one.state === 'retired')} />
    </>
  );
}

/** Everything the hub is connected to: what works, what does not, and what is still missing. */
export default function ConnectionsScreen(): ReactElement {
  const { t } = useWords();
  const { user } = useHub();
  const found = useQuery(connectionsQuery);
  const [adding, setAdding] = useState<Role | 'any' | null>(null);
  const [editing, setEditing] = useState<Connection | null>(null);
  const mayChange = user.role === 'admin';
  const add = <Button size="sm" leftSection={<Plus size={16} />} onClick={() => setAdding('any')}>{t('conn.add')}</Button>;
  return (
    <div className={css.screen} tabIndex={0} role="region" aria-label={t('conn.title')}>
      <ScreenTitle title={t('conn.title')} />
      {found.isPending && <Busy />}
      {!found.data && found.error && <ProblemState error={found.error} title={t('conn.failed')} retry={() => void found.refetch()} />}
      {found.data && (
        <div className={css.inner}>
          <div className={css.top}>
            <p className={css.small}>{t(mayChange ? 'conn.how' : 'conn.ops')}</p>
            <span className={css.gap} />
            {mayChange && add}
          </div>
          <Roles roles={found.data.roles} connect={setAdding} />
          {found.data.connections.length === 0 && <EmptyState icon={PlugZap} title={t('conn.none')} text={t('conn.none_how')} />}
          <Lists data={found.data} edit={setEditing} />
          <Broken />
        </div>
      )}
      {adding && <AddDialog role={adding === 'any' ? null : adding} close={() => setAdding(null)} />}
      {editing && <ChangeDialog connection={editing} close={() => setEditing(null)} />}
    </div>
  );
}
