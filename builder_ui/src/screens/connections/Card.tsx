import { Button } from '@mantine/core';
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { CircleCheck, CirclePause, CircleX, Clock, KeyRound, PlugZap, TriangleAlert, Unplug, type LucideIcon } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import {
  removeConnection, setState, tryConnection, type Connection, type ConnectionState, type Role, type Trial,
} from '@/api/connections';
import { useWords } from '@/i18n';
import { useToasts } from '@/store/toasts';
import { Chip, PlatformMark, type Tone } from '@/ui/Chips';
import { useHub } from '@/ui/hub';
import { sayProblem } from '@/ui/States';
import { Time } from '@/ui/Time';
import { useDo } from '@/ui/useDo';
import { Every } from './Every';
import { PushAddress } from './PushAddress';
import { Tried } from './Tried';
import css from './Connections.module.css';

const LOOKS: Readonly<Record<ConnectionState, readonly [Tone, LucideIcon]>> = {
  ok: ['good', CircleCheck], failing: ['warn', TriangleAlert], resting: ['orange', Clock], auth_failed: ['bad', KeyRound],
  paused: ['grey', CirclePause], retired: ['grey', Unplug], no_connector: ['bad', CircleX],
};

export const refreshConnections = (client: QueryClient): void => void client.invalidateQueries({ queryKey: ['connections'] });

export function StateOf({ connection }: { readonly connection: Connection }): ReactElement {
  const { t } = useWords();
  const [tone, icon] = LOOKS[connection.state];
  return <Chip tone={tone} icon={icon}>{t(`conn.state.${connection.state}`)}</Chip>;
}

function Facts({ connection }: { readonly connection: Connection }): ReactElement {
  const { t, say } = useWords();
  const { worked_at, resting_until, expires_at, kind, waiting, orders_today, shops } = connection;
  return (
    <p className={css.facts}>
      {connection.connector_title && <span>{say(connection.connector_title)}</span>}
      {shops.filter((shop) => shop.title !== connection.title).map((shop) => <span key={shop.id}>{t('conn.shop', { name: shop.title })}</span>)}
      {worked_at ? <span>{t('conn.worked')} <Time iso={worked_at} /></span> : <span>{t('conn.never_worked')}</span>}
      {kind === 'channel' && shops.length > 0 && <span>{t('conn.orders_today', { n: orders_today })}</span>}
      {waiting > 0 && <span>{t('conn.waiting', { n: waiting })}</span>}
      {resting_until && <span>{t('conn.resting_until')} <Time iso={resting_until} /></span>}
      {expires_at && <span>{t('conn.expires')} <Time iso={expires_at} as="compact" /></span>}
    </p>
  );
}

function Trouble({ connection }: { readonly connection: Connection }): ReactElement | null {
  const { say } = useWords();
  const { problem } = connection;
  return problem && <p className={css.fault}>{say(problem.message)} {problem.how && say(problem.how)}</p>;
}

function useTest(connection: Connection) {
  const words = useWords();
  const client = useQueryClient();
  const show = useToasts((s) => s.show);
  const [trial, setTrial] = useState<Trial | null>(null);
  const [busy, setBusy] = useState(false);
  const test = async (): Promise<void> => {
    setBusy(true);
    try {
      setTrial(await tryConnection(connection.id));
      refreshConnections(client);
    } catch (error) {
      const said = sayProblem(error, words);
      show('bad', said.title, said.how);
    } finally {
      setBusy(false);
    }
  };
  return { trial, busy, test };
}

interface Props {
  readonly connection: Connection;
  readonly roles: readonly Role[];
  readonly edit: () => void;
}

function Buttons({ connection, edit, testing }: Props & { readonly testing: ReturnType<typeof useTest> }): ReactElement {
  const { t } = useWords();
  const { user } = useHub();
  const { busy, run } = useDo(refreshConnections);
  const [sure, setSure] = useState(false);
  const { id, title, state } = connection;
  const isStopped = state === 'paused';
  const turn = (): Promise<boolean> =>
    run(() => setState(id, isStopped ? 'ok' : 'paused'), () => t(isStopped ? 'conn.resumed_done' : 'conn.paused_done', { title }));
  const remove = (): Promise<boolean> =>
    run(() => removeConnection(id), ({ kept }) => t(kept ? 'conn.remove_kept' : 'conn.remove_gone', { title }));
  return (
    <div className={css.buttons}>
      <Button
        size="xs" variant="light" leftSection={<PlugZap size={14} />} loading={testing.busy} aria-label={t('conn.test_what', { title })}
        onClick={() => void testing.test()}
      >
        {t('conn.test')}
      </Button>
      {user.role === 'admin' && (
        <>
          <Button size="xs" variant="default" aria-label={t('conn.edit_what', { title })} onClick={edit}>{t('conn.edit')}</Button>
          <Button
            size="xs" variant="default" disabled={busy} aria-label={t(isStopped ? 'conn.resume_what' : 'conn.pause_what', { title })}
            onClick={() => void turn()}
          >
            {t(isStopped ? 'conn.resume' : 'conn.pause')}
          </Button>
          <Button
            size="xs" variant="subtle" color="red" disabled={busy} aria-label={sure ? t('conn.remove_sure', { title }) : t('conn.remove_what', { title })}
            onBlur={() => setSure(false)} onClick={() => (sure ? void remove() : setSure(true))}
          >
            {sure ? t('conn.remove_sure', { title }) : t('conn.remove')}
          </Button>
        </>
      )}
    </div>
  );
}

function Filled({ connection, roles }: Omit<Props, 'edit'>): ReactElement {
  const { t, say } = useWords();
  const mine = roles.filter(({ kind, target }) =>
    (kind === 'connection' && target === connection.id) || (kind === 'account' && connection.shops.some((shop) => shop.id === target)));
  const names = mine.map((role) => say(role.title)).join(t('common.list_sep'));
  return <p className={css.small}>{names ? t('conn.fills', { roles: names }) : t('conn.fills_none')}</p>;
}

export function Card(props: Props): ReactElement {
  const { t, say } = useWords();
  const { connection, roles } = props;
  const testing = useTest(connection);
  const moved = connection.kind === 'channel' && connection.shops.length === 0;
  return (
    <li className={css.card} data-connection={connection.id} data-state={connection.state}>
      <div className={css.cardHead}>
        <PlatformMark platform={connection.connector} {...(connection.connector_title ? { title: say(connection.connector_title) } : {})} />
        <h3>{connection.title}</h3>
        <StateOf connection={connection} />
        <span className={css.gap} />
        <Buttons {...props} testing={testing} />
      </div>
      <Facts connection={connection} />
      {moved && <p className={css.small}>{t('conn.moved')}</p>}
      <Trouble connection={connection} />
      {testing.trial && <Tried trial={testing.trial} />}
      {connection.questions.length > 0 && (
        <div className={css.asked}>{connection.questions.map((one) => <Every key={one.what} connection={connection} question={one} />)}</div>
      )}
      {connection.address && <PushAddress connection={connection} address={connection.address} />}
      {!moved && <Filled connection={connection} roles={roles} />}
    </li>
  );
}
