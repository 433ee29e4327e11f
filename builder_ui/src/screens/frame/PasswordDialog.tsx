import { Button, Modal } from '@mantine/core';
import { useState, type FormEvent, type ReactElement } from 'react';
import { ApiError } from '@/api/client';
import { useChangePassword } from '@/api/queries';
import { useWords } from '@/i18n';
import { useToasts } from '@/store/toasts';
import { PasswordBox } from '@/ui/PasswordBox';
import { sayProblem } from '@/ui/States';
import css from './Frame.module.css';

type Field = 'current' | 'new';

/** What the server has against one of the fields: among its field errors, or as the place of the whole problem. */
function fieldError(error: unknown, field: Field): string | null {
  if (!(error instanceof ApiError)) return null;
  const { where, message, how, errors } = error.problem;
  const own = errors.find((e) => e.field === field)?.message;
  return own ?? (where === field ? [message, how].filter(Boolean).join(' ') : null);
}

function Fields({ done }: { readonly done: () => void }): ReactElement {
  const words = useWords();
  const { t } = words;
  const change = useChangePassword();
  const show = useToasts((s) => s.show);
  const [form, setForm] = useState({ current: '', fresh: '', again: '' });
  const differ = form.again !== '' && form.again !== form.fresh;
  const ready = form.current !== '' && form.fresh !== '' && form.again === form.fresh;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (!ready) return;
    change.mutate({ current: form.current, new: form.fresh }, {
      onSuccess: () => {
        show('good', t('password.saved'));
        done();
      },
    });
  };
  const faults = { current: fieldError(change.error, 'current'), new: fieldError(change.error, 'new') };
  const said = change.error && !faults.current && !faults.new ? sayProblem(change.error, words) : null;
  const box = (name: keyof typeof form) => ({
    value: form[name],
    onChange: (e: { currentTarget: { value: string } }) => setForm({ ...form, [name]: e.currentTarget.value }),
  });
  return (
    <form className={css.passwordForm} onSubmit={submit}>
      {said && <p className={css.passwordProblem} role="alert">{said.title} {said.how}</p>}
      <PasswordBox label={t('password.current')} autoComplete="current-password" data-autofocus error={faults.current} {...box('current')} />
      <PasswordBox label={t('password.new')} description={t('password.hint')} autoComplete="new-password" error={faults.new} {...box('fresh')} />
      <PasswordBox label={t('password.repeat')} autoComplete="new-password" error={differ ? t('password.differ') : null} {...box('again')} />
      <div className={css.passwordActions}>
        <Button variant="default" onClick={done}>{t('common.cancel')}</Button>
        <Button type="submit" disabled={!ready} loading={change.isPending}>{t('password.save')}</Button>
      </div>
    </form>
  );
}

export default function PasswordDialog({ open, close }: { readonly open: boolean; readonly close: () => void }): ReactElement {
  const { t } = useWords();
  return (
    <Modal opened={open} onClose={close} title={t('password.title')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <Fields done={close} />
    </Modal>
  );
}
