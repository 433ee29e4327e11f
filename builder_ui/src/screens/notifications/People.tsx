import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { BellOff, Mail, MoonStar, Phone, Plus, Send, UserRound, UsersRound } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { testContact, type Carrier, type Contact, type Notifications, type Severity } from '@/api/notifications';
import { useWords } from '@/i18n';
import { useToasts } from '@/store/toasts';
import { Chip, type Tone } from '@/ui/Chips';
import { useHub } from '@/ui/hub';
import { EmptyState, sayProblem } from '@/ui/States';
import { ContactDialog } from './ContactDialog';
import css from './Notifications.module.css';

export const TONES: Readonly<Record<Severity, Tone>> = { info: 'grey', warning: 'warn', critical: 'bad' };

function Ways({ contact, carriers }: { readonly contact: Contact; readonly carriers: readonly Carrier[] }): ReactElement {
  const { t } = useWords();
  if (contact.ways.length === 0) return <p className={css.small}>{t('told.no_way')}</p>;
  return (
    <ul className={css.ways}>
      {contact.ways.map((way) => {
        const carrier = carriers.find((c) => c.id === way.connection_id);
        return (
          <li key={way.connection_id}>
            <span>{carrier?.title ?? way.connection_id}</span>
            {way.severities.map((s) => <Chip key={s} tone={TONES[s]}>{t(`told.severity.${s}`)}</Chip>)}
            {carrier && carrier.state !== 'ok' && <Chip tone="bad">{t('told.stopped')}</Chip>}
          </li>
        );
      })}
    </ul>
  );
}

function Facts({ contact }: { readonly contact: Contact }): ReactElement {
  const { t } = useWords();
  const { quiet } = contact;
  return (
    <p className={css.facts}>
      {contact.groups.length > 0 && <span><UsersRound size={14} aria-hidden="true" />{contact.groups.join(t('common.list_sep'))}</span>}
      {contact.mail && <span><Mail size={14} aria-hidden="true" />{contact.mail}</span>}
      {contact.mobile && <span className="ol-num"><Phone size={14} aria-hidden="true" />{contact.mobile}</span>}
      {quiet && <span className="ol-num"><MoonStar size={14} aria-hidden="true" />{t('told.quiet_line', { from: quiet.from, to: quiet.to, zone: quiet.zone })}</span>}
    </p>
  );
}

function Person({ contact, carriers, edit }: { readonly contact: Contact; readonly carriers: readonly Carrier[]; readonly edit: (() => void) | null }): ReactElement {
  const words = useWords();
  const { t } = words;
  const client = useQueryClient();
  const show = useToasts((s) => s.show);
  const test = useMutation({
    mutationFn: () => testContact(contact.id),
    onSuccess: async ({ messages }) => {
      show('good', t('told.tested', { n: messages }));
      await client.invalidateQueries({ queryKey: ['notifications', 'history'] });
    },
    onError: (error) => {
      const said = sayProblem(error, words);
      show('bad', said.title, said.how);
    },
  });
  return (
    <li className={css.card}>
      <span className={css.face}><UserRound size={18} aria-hidden="true" /></span>
      <div className={css.body}>
        <h3>{contact.name} {contact.paused && <Chip tone="grey" icon={BellOff}>{t('told.paused')}</Chip>}</h3>
        <Facts contact={contact} />
        <Ways contact={contact} carriers={carriers} />
      </div>
      {edit && (
        <div className={css.buttons}>
          <Button
            size="xs" variant="light" leftSection={<Send size={14} />} loading={test.isPending} aria-label={t('told.test_who', { name: contact.name })}
            onClick={() => test.mutate()}
          >
            {t('told.test')}
          </Button>
          <Button size="xs" variant="default" aria-label={t('told.edit_who', { name: contact.name })} onClick={edit}>{t('told.edit')}</Button>
        </div>
      )}
    </li>
  );
}

export function People({ data }: { readonly data: Notifications }): ReactElement {
  const { t } = useWords();
  const { user } = useHub();
  const [open, setOpen] = useState<Contact | 'new' | null>(null);
  const mayEdit = user.role !== 'viewer';
  return (
    <section className={css.section} aria-labelledby="told-people">
      <header className={css.head}>
        <div>
          <h2 id="told-people">{t('told.people')}</h2>
          <p className={css.small}>{t(mayEdit ? 'told.people_how' : 'told.viewer')}</p>
        </div>
        {mayEdit && <Button size="sm" leftSection={<Plus size={16} />} onClick={() => setOpen('new')}>{t('told.add')}</Button>}
      </header>
      {data.contacts.length === 0 && <EmptyState icon={UsersRound} title={t('told.people_none')} text={t('told.people_none_how')} />}
      <ul className={css.cards}>
        {data.contacts.map((one) => (
          <Person key={one.id} contact={one} carriers={data.connections} edit={mayEdit ? () => setOpen(one) : null} />
        ))}
      </ul>
      {open && <ContactDialog known={open === 'new' ? null : open} carriers={data.connections} zones={data.zones} close={() => setOpen(null)} />}
    </section>
  );
}
