import { Button, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { ScanText } from 'lucide-react';
import { useState, type ReactElement, type RefObject } from 'react';
import { PASTED, RECEIVER, takeApart, type ReceiverBox } from '@/api/entry';
import { useWords } from '@/i18n';
import { sayProblem } from '@/ui/States';
import { useDesk, type Faults } from './draft';
import css from './Entry.module.css';

interface Props {
  readonly faults: Faults;
  readonly paste: RefObject<HTMLTextAreaElement | null>;
  /** Everything about the receiver is there: on to the products. */
  readonly onward: () => void;
}

const OPTIONAL: readonly ReceiverBox[] = ['district', 'town'];

/** Who gets it: one pasted text is taken apart, each part can be put right. */
export function Receiver({ faults, paste, onward }: Props): ReactElement {
  const words = useWords();
  const { t } = words;
  const { draft, change } = useDesk();
  const [text, setText] = useState('');
  const take = useMutation({
    mutationFn: takeApart,
    onSuccess: (found) => {
      const known = PASTED.flatMap((name) => (found[name] ? [[name, found[name]] as const] : []));
      const receiver = { ...useDesk.getState().draft.receiver, ...Object.fromEntries(known) };
      change({ receiver });
      if (known.length === 0) return;
      setText('');
      const open = PASTED.find((name) => !receiver[name] && !OPTIONAL.includes(name));
      if (open) document.querySelector<HTMLElement>(`[data-field="receiver.${open}"]`)?.focus();
      else onward();
    },
  });
  const told = take.error ? sayProblem(take.error, words).title : null;
  const nothing = take.data && PASTED.every((name) => !take.data[name]) ? t('entry.paste_nothing') : null;
  const go = (given: string): void => {
    if (given.trim()) take.mutate(given);
  };
  return (
    <fieldset className={css.part}>
      <legend>{t('entry.receiver')}</legend>
      <div className={css.paste}>
        <Textarea
          ref={paste} className={css.grow ?? ''} rows={2} maxLength={1000} value={text} data-autofocus data-field="paste"
          label={t('entry.paste')} placeholder={t('entry.paste_example')} error={told ?? nothing}
          onChange={(event) => setText(event.currentTarget.value)}
          onPaste={(event) => {
            if (!text) go(event.clipboardData.getData('text'));
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || event.shiftKey || event.ctrlKey || event.metaKey || event.nativeEvent.isComposing) return;
            event.preventDefault();
            go(text);
          }}
        />
        <Button variant="light" leftSection={<ScanText size={16} />} loading={take.isPending} disabled={!text.trim()} onClick={() => go(text)}>{t('entry.take_apart')}</Button>
      </div>
      <div className={css.receiver}>
        {RECEIVER.map((name) => (
          <TextInput
            key={name} className={css[name] ?? ''} label={t(`entry.${name}`)} withAsterisk={!OPTIONAL.includes(name)} value={draft.receiver[name]}
            data-field={`receiver.${name}`} error={faults[`receiver.${name}`]} autoComplete="off" {...(name === 'phone' ? { inputMode: 'tel' as const } : {})}
            onChange={(event) => change({ receiver: { ...draft.receiver, [name]: event.currentTarget.value } })}
          />
        ))}
      </div>
    </fieldset>
  );
}
