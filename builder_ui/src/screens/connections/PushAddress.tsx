import { Button } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { newAddress, type Connection } from '@/api/connections';
import { useWords } from '@/i18n';
import { CopyButton } from '@/ui/Copy';
import { useHub } from '@/ui/hub';
import { useDo } from '@/ui/useDo';
import { refreshConnections } from './Card';
import css from './Connections.module.css';

interface Props {
  readonly connection: Connection;
  readonly address: string;
}

/** Where the platform may call the hub. */
export function PushAddress({ connection, address }: Props): ReactElement {
  const { t } = useWords();
  const { user } = useHub();
  const { busy, run } = useDo(refreshConnections);
  const [sure, setSure] = useState(false);
  const whole = `${location.origin}${address}`;
  const replace = async (): Promise<void> => {
    setSure(false);
    await run(() => newAddress(connection.id), () => t('conn.push_done'));
  };
  return (
    <div className={css.push}>
      <span>{t('conn.push')}</span>
      <code className={css.address}>{whole}</code>
      <CopyButton text={whole} label={t('conn.push_copy', { title: connection.title })} />
      {user.role === 'admin' && (
        <Button size="compact-xs" variant="subtle" loading={busy} onBlur={() => setSure(false)} onClick={() => (sure ? void replace() : setSure(true))}>
          {t(sure ? 'conn.push_new_sure' : 'conn.push_new')}
        </Button>
      )}
      <span className={css.small}>{t('conn.push_how')}</span>
    </div>
  );
}
