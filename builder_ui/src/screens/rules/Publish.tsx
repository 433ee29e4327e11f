import { Button, Modal } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type ReactElement } from 'react';
import { publishDraft } from '@/api/rules';
import { absolute } from '@/core/time';
import { useWords } from '@/i18n';
import { useToasts } from '@/store/toasts';
import { useHub } from '@/ui/hub';
import { sayProblem } from '@/ui/States';
import { flush, refreshLive, useDraft } from './draft';
import { FindingNote, keyOf } from './Findings';
import css from './Rules.module.css';

const SHOWN = 8;

/** Nothing goes live without a note and without errors corrected. */
export function PublishDialog({ close }: { readonly close: () => void }): ReactElement {
  const words = useWords();
  const { t } = words;
  const { zone } = useHub();
  const client = useQueryClient();
  const show = useToasts((s) => s.show);
  const { liveVersion, publishedAt, findings, differs, history, saving } = useDraft();
  const [note, setNote] = useState('');
  const [asked, setAsked] = useState(false);
  const [busy, setBusy] = useState(false);
  const errors = findings.filter((finding) => finding.level === 'error');
  const missing = asked && !note.trim();
  const publish = async (): Promise<void> => {
    setAsked(true);
    if (!note.trim()) return;
    setBusy(true);
    try {
      if (!(await flush())) return close();
      const { key, revision } = useDraft.getState();
      const { version } = await publishDraft(key ?? '', note.trim(), revision);
      await refreshLive();
      void client.invalidateQueries({ queryKey: ['versions'] });
      show('good', t('rules.published', { version }));
      close();
    } catch (error) {
      const said = sayProblem(error, words);
      show('bad', said.title, said.how);
    } finally {
      setBusy(false);
    }
  };
  const steps = [...new Set(history.past.map((entry) => entry.label))];
  return (
    <Modal opened onClose={close} title={t('rules.publish_title')} closeButtonProps={{ 'aria-label': t('common.close') }} size="lg">
      <form className={css.dialog} onSubmit={(event) => { event.preventDefault(); void publish(); }}>
        <p>{liveVersion === null ? t('rules.publish_never') : t('rules.publish_live', { version: liveVersion, at: publishedAt ? absolute(publishedAt, zone) : '' })}</p>
        <p className={css.quiet}>{differs ? t('rules.publish_next') : t('rules.publish_same')}</p>
        {errors.length > 0 && <p className={css.fault} role="alert">{t('rules.publish_blocked', { n: errors.length })}</p>}
        {errors.slice(0, SHOWN).map((finding) => <FindingNote key={keyOf(finding)} finding={finding} placed />)}
        {steps.length > 0 && (
          <div>
            <p className={css.popTitle}>{t('rules.changes')}</p>
            <ul className={css.steps}>{steps.slice(-SHOWN).map((label) => <li key={label}>{label}</li>)}</ul>
          </div>
        )}
        <label className={css.noteLabel}>
          <span>{t('rules.publish_note')}</span>
          <textarea
            name="note" className={css.note} rows={2} maxLength={500} value={note} data-autofocus placeholder={t('rules.publish_note_how')}
            aria-invalid={missing || undefined} onChange={(event) => setNote(event.currentTarget.value)}
          />
        </label>
        {missing && <p className={css.fault} role="alert">{t('rules.publish_need_note')}</p>}
        <div className={css.dialogEnd}>
          <Button variant="default" onClick={close}>{t('common.cancel')}</Button>
          <Button type="submit" loading={busy} disabled={errors.length > 0 || !differs || saving === 'conflict'}>{t('rules.publish')}</Button>
        </div>
      </form>
    </Modal>
  );
}
