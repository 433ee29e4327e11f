import { Button, Modal, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { ArrowLeft, PlugZap, RefreshCw } from 'lucide-react';
import { useState, type FormEvent, type ReactElement } from 'react';
import {
  addConnection, changeConnection, connectorsQuery, formQuery, trySettings, type Connection, type Connector, type Form, type Role, type Value,
  type Values,
} from '@/api/connections';
import { ApiError } from '@/api/client';
import { useWords } from '@/i18n';
import { useToasts } from '@/store/toasts';
import { Busy } from '@/ui/Busy';
import { faultsOf } from '@/ui/faults';
import { ProblemState, sayProblem } from '@/ui/States';
import { Choose } from './Choose';
import { Fields } from './Fields';
import { Tried } from './Tried';
import css from './Connections.module.css';

interface FormProps {
  readonly connector: Connector;
  /** The connection that is changed, with what its form holds. */
  readonly known: { readonly id: string; readonly form: Form; readonly reload: () => void } | null;
  readonly role: Role | null;
  readonly back: (() => void) | null;
  readonly close: () => void;
}

function useSaving({ connector, known, role, close }: FormProps, title: string, values: Values) {
  const { t } = useWords();
  const client = useQueryClient();
  const show = useToasts((s) => s.show);
  const place = role && { blueprint: role.blueprint, role: role.role };
  const save = useMutation({
    mutationFn: async () => {
      if (known) await changeConnection(known.id, title, values, known.form.revision);
      else await addConnection({ connector: connector.key, title, settings: values, place });
    },
    onSuccess: async () => {
      show('good', t('conn.saved', { title }));
      close();
      await client.invalidateQueries({ queryKey: ['connections'] });
    },
  });
  const tried = useMutation({ mutationFn: () => trySettings(connector.key, values, known?.id ?? null, place) });
  return { save, tried };
}

function ConnectForm(props: FormProps): ReactElement {
  const words = useWords();
  const { t, say } = words;
  const { connector, known, role, back, close } = props;
  const [title, setTitle] = useState(known?.form.title ?? (role ? say(role.title) : ''));
  const [values, setValues] = useState<Values>(known?.form.values ?? {});
  const { save, tried } = useSaving(props, title, values);
  const put = (name: string, value: Value): void => {
    setValues({ ...values, [name]: value });
    tried.reset();
  };
  const error = save.error ?? tried.error;
  const fault = faultsOf(error);
  const said = error ? sayProblem(error, words) : null;
  const isOld = error instanceof ApiError && error.problem.code === 'connection.changed_by_other';
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    tried.reset();
    save.mutate();
  };
  const settings = connector.settings.filter((one) => !role?.provides.includes(one.name));
  const posts = connector.effects.includes('post');
  return (
    <form className={css.form} onSubmit={submit} noValidate>
      <p className={css.small}>{connector.verified && t('conn.verified', { what: say(connector.verified) })}</p>
      {role && <p className={css.small}>{t('conn.role_fill_now', { role: say(role.title) })}</p>}
      <TextInput label={t('conn.name')} description={t('conn.name_how')} required data-autofocus value={title} error={fault('title')} onChange={(e) => setTitle(e.currentTarget.value)} />
      <Fields settings={settings} values={values} put={put} fault={fault} known={known?.form.set ?? []} />
      {said && <p className={css.fault} role="alert">{said.title} {said.how}</p>}
      {known && isOld && <div><Button size="xs" variant="light" leftSection={<RefreshCw size={14} />} onClick={known.reload}>{t('conn.reload')}</Button></div>}
      {tried.data ? <Tried trial={tried.data} /> : <p className={css.small}>{t(posts ? 'conn.test_posts' : 'conn.test_first')}</p>}
      <div className={css.actions}>
        {back && <Button variant="subtle" leftSection={<ArrowLeft size={15} />} onClick={back}>{t('conn.back')}</Button>}
        <span className={css.gap} />
        <Button variant="default" onClick={close}>{t('common.cancel')}</Button>
        <Button
          variant="light" leftSection={<PlugZap size={15} />} loading={tried.isPending}
          onClick={() => { save.reset(); tried.mutate(); }}
        >
          {t('conn.test')}
        </Button>
        <Button type="submit" loading={save.isPending} disabled={title.trim() === ''}>{t('conn.save')}</Button>
      </div>
      {connector.kind === 'channel' && <p className={css.small}>{t('conn.saving_checks')}</p>}
    </form>
  );
}

interface AddProps {
  readonly role: Role | null;
  readonly close: () => void;
}

function Adding({ role, close }: AddProps): ReactElement {
  const { t } = useWords();
  const found = useQuery(connectorsQuery);
  const [chosen, choose] = useState<Connector | null>(null);
  if (!found.data) return found.error ? <ProblemState error={found.error} title={t('conn.failed')} retry={() => void found.refetch()} /> : <Busy />;
  const usable = found.data.filter((one) => one.problem === null);
  const given = usable.find((one) => one.key === role?.connector) ?? null;
  const connector = chosen ?? given;
  if (!connector) return <Choose connectors={usable} choose={choose} />;
  const back = given && !chosen ? null : () => choose(null);
  return <ConnectForm connector={connector} known={null} role={role} back={back} close={close} />;
}

export function AddDialog(props: AddProps): ReactElement {
  const { t, say } = useWords();
  const title = props.role ? t('conn.role_connect_what', { role: say(props.role.title) }) : t('conn.add');
  return (
    <Modal opened onClose={props.close} title={title} size="lg" closeButtonProps={{ 'aria-label': t('common.close') }}>
      <Adding {...props} />
    </Modal>
  );
}

function Changing({ connection, close }: { readonly connection: Connection; readonly close: () => void }): ReactElement {
  const { t } = useWords();
  const connectors = useQuery(connectorsQuery);
  const form = useQuery(formQuery(connection.id));
  const error = connectors.error ?? form.error;
  const connector = connectors.data?.find((one) => one.key === connection.connector);
  if (error) return <ProblemState error={error} title={t('conn.failed')} retry={() => void form.refetch()} />;
  if (!connector || !form.data) return <Busy />;
  const known = { id: connection.id, form: form.data, reload: () => void form.refetch() };
  return <ConnectForm key={form.data.revision} connector={connector} known={known} role={null} back={null} close={close} />;
}

export function ChangeDialog(props: { readonly connection: Connection; readonly close: () => void }): ReactElement {
  const { t } = useWords();
  return (
    <Modal
      opened onClose={props.close} title={t('conn.edit_what', { title: props.connection.title })} size="lg"
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      <Changing {...props} />
    </Modal>
  );
}
