import { Button, Modal, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { openShop } from '@/api/imports';
import { blueprintsQuery } from '@/api/rules';
import type { Named } from '@/api/types';
import { useWords } from '@/i18n';
import { useToasts } from '@/store/toasts';
import { sayProblem } from '@/ui/States';
import css from './Imports.module.css';

interface Props {
  readonly close: () => void;
  readonly opened: (shop: Named) => void;
}

/** A shop without a platform: a name is all it takes, and a choice where several blueprints are live. */
export function NewShop({ close, opened }: Props): ReactElement {
  const words = useWords();
  const { t, say } = words;
  const client = useQueryClient();
  const show = useToasts((s) => s.show);
  const live = (useQuery(blueprintsQuery).data?.items ?? []).filter((one) => one.live_version !== null);
  const [title, setTitle] = useState('');
  const [chosen, choose] = useState<string | null>(null);
  const blueprint = live.length > 1 ? chosen ?? live[0]?.key ?? null : null;
  const open = useMutation({
    mutationFn: () => openShop(title.trim(), blueprint),
    onSuccess: async (shop) => {
      await client.invalidateQueries({ queryKey: ['imports', 'shops'] });
      show('good', t('imports.shop_opened', { shop: shop.title }));
      opened(shop);
      close();
    },
  });
  const said = open.error ? sayProblem(open.error, words) : null;
  return (
    <Modal opened onClose={close} title={t('imports.new_shop')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      <form
        className={css.form}
        onSubmit={(event) => {
          event.preventDefault();
          if (title.trim()) open.mutate();
        }}
      >
        <TextInput
          label={t('imports.shop_title')} description={t('imports.new_shop_how')} value={title} maxLength={60} required data-autofocus
          error={said && `${said.title} ${said.how}`} onChange={(event) => setTitle(event.currentTarget.value)}
        />
        {live.length > 1 && (
          <label className={css.pick}>
            {t('imports.blueprint')}
            <select value={blueprint ?? ''} onChange={(event) => choose(event.currentTarget.value)}>
              {live.map((one) => <option key={one.key} value={one.key}>{say(one.title)}</option>)}
            </select>
          </label>
        )}
        <div className={css.formEnd}>
          <Button variant="default" onClick={close}>{t('common.cancel')}</Button>
          <Button type="submit" loading={open.isPending} disabled={!title.trim()}>{t('imports.open_shop')}</Button>
        </div>
      </form>
    </Modal>
  );
}
