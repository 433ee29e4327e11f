import { ActionIcon, Button } from '@mantine/core';
import { CheckCheck, History, Redo2, Rocket, Undo2 } from 'lucide-react';
import { useEffect, useState, type ReactElement } from 'react';
import { checkDraft } from '@/api/rules';
import { useWords } from '@/i18n';
import { useToasts } from '@/store/toasts';
import { sayProblem } from '@/ui/States';
import { current, flush, setFindings, stepBack, stepForward, useDraft } from './draft';
import { PublishDialog } from './Publish';
import css from './Rules.module.css';
import { VersionsDialog } from './Versions';

/** Ctrl+Z and Ctrl+Shift+Z, except in a text box that has its own. */
function useUndoKeys(): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
      if (document.querySelector('[role=dialog]') || (event.target instanceof HTMLTextAreaElement)) return;
      const key = event.key.toLowerCase();
      const back = key === 'z' && !event.shiftKey;
      const forward = (key === 'z' && event.shiftKey) || key === 'y';
      if (!back && !forward) return;
      event.preventDefault();
      if (back) stepBack();
      else stepForward();
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, []);
}

function State(): ReactElement {
  const { t } = useWords();
  const saving = useDraft((s) => s.saving);
  const differs = useDraft((s) => s.differs);
  const word = saving === 'saved' && !differs ? t('rules.as_live') : saving === 'conflict' ? t('rules.unsaved') : saving === 'failed' ? t('rules.save_failed') : t(`rules.${saving}`);
  return <span className={css.state} data-saving={saving} role="status">{t('rules.draft')} · {word}</span>;
}

export function Steps(): ReactElement {
  const { t } = useWords();
  useUndoKeys();
  const before = useDraft((s) => s.history.past.at(-1)?.label);
  const after = useDraft((s) => s.history.future[0]?.label);
  const [undo, redo] = [before ? t('rules.undo', { what: before }) : t('rules.undo_none'), after ? t('rules.redo', { what: after }) : t('rules.redo_none')];
  return (
    <>
      <ActionIcon variant="default" size={32} disabled={!before} aria-label={undo} title={undo} onClick={stepBack}><Undo2 size={16} /></ActionIcon>
      <ActionIcon variant="default" size={32} disabled={!after} aria-label={redo} title={redo} onClick={stepForward}><Redo2 size={16} /></ActionIcon>
    </>
  );
}

export function Toolbar({ editable }: { readonly editable: boolean }): ReactElement {
  const words = useWords();
  const { t } = words;
  const show = useToasts((s) => s.show);
  const [dialog, setDialog] = useState<'publish' | 'versions' | null>(null);
  const [checking, setChecking] = useState(false);
  const close = (): void => setDialog(null);
  const check = async (): Promise<void> => {
    setChecking(true);
    try {
      const { findings } = await checkDraft(current().key, current());
      setFindings(findings);
      show(findings.some((f) => f.level === 'error') ? 'bad' : 'good', findings.length > 0 ? t('rules.checked_some', { n: findings.length }) : t('rules.checked'));
    } catch (error) {
      const said = sayProblem(error, words);
      show('bad', said.title, said.how);
    } finally {
      setChecking(false);
    }
  };
  return (
    <div className={css.toolbar}>
      <State />
      <span className={css.spring} />
      {editable && <Steps />}
      <Button size="compact-md" variant="default" leftSection={<History size={15} />} onClick={() => setDialog('versions')}>{t('rules.versions')}</Button>
      <Button size="compact-md" variant="default" leftSection={<CheckCheck size={15} />} loading={checking} onClick={() => void check()}>{t('rules.check')}</Button>
      {editable && (
        <Button size="compact-md" leftSection={<Rocket size={15} />} onClick={() => void flush().then(() => setDialog('publish'))}>{t('rules.publish')}</Button>
      )}
      {dialog === 'publish' && <PublishDialog close={close} />}
      {dialog === 'versions' && <VersionsDialog close={close} editable={editable} />}
    </div>
  );
}
