import type { ReactElement } from 'react';
import { KINDS, type Connector } from '@/api/connections';
import { useWords, type Key } from '@/i18n';
import { PlatformMark } from '@/ui/Chips';
import css from './Connections.module.css';

const BY_CAPABILITY: Readonly<Record<string, Key>> = {
  pull: 'conn.can.pull', parse_webhook: 'conn.can.parse_webhook', renew: 'conn.can.renew', stock: 'conn.can.stock',
  confirmations: 'conn.can.confirmations', inquire: 'conn.can.inquire', read_file: 'conn.can.read_file',
};
const BY_EFFECT: Readonly<Record<string, Key>> = {
  'shipment.report': 'conn.can.shipment', 'fulfilment.create': 'conn.can.fulfilment', 'label.create': 'conn.can.label',
  mail: 'conn.can.message', post: 'conn.can.message', 'order.event': 'conn.can.event',
};

export function useAbilities(): (connector: Connector) => string {
  const { t } = useWords();
  return ({ capabilities, effects }) => {
    const keys = [...capabilities.map((one) => BY_CAPABILITY[one]), ...effects.map((one) => BY_EFFECT[one])];
    return keys.filter((key) => key !== undefined).map((key) => t(key as 'conn.can.pull')).join(t('common.list_sep'));
  };
}

interface Props {
  readonly connectors: readonly Connector[];
  readonly choose: (connector: Connector) => void;
}

/** All there is to connect, by kind. */
export function Choose({ connectors, choose }: Props): ReactElement {
  const { t, say } = useWords();
  const abilities = useAbilities();
  return (
    <div className={css.choose}>
      <p className={css.small}>{t('conn.choose')}</p>
      {KINDS.map((kind) => (
        <section key={kind} aria-label={t(`conn.kind.${kind}`)}>
          <h3>{t(`conn.kind.${kind}`)}</h3>
          <ul className={css.offers}>
            {connectors.filter((one) => one.kind === kind).map((one) => (
              <li key={one.key}>
                <button type="button" className={css.offer} data-connector={one.key} onClick={() => choose(one)}>
                  <span className={css.offerHead}><PlatformMark platform={one.key} {...(one.title ? { title: say(one.title) } : {})} /><b>{one.title ? say(one.title) : one.key}</b></span>
                  <span className={css.small}>{abilities(one)}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      ))}
    </div>
  );
}
