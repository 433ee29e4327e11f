import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { bringFile, type FileImport } from '@/api/imports';
import { formatBytes } from '@/core/bytes';
import { useWords } from '@/i18n';
import { sayProblem, type Said } from '@/ui/States';

export interface Uploading {
  /** The file on its way, and how much of it has left, from 0 to 1. */
  readonly file: File | null;
  readonly share: number;
  readonly problem: Said | null;
  readonly bring: (files: ArrayLike<File>, shop: string) => Promise<void>;
  readonly stop: () => void;
}

/** One file on its way to the hub; `arrived` hears of it when it is there. */
export function useUpload(most: number, arrived: (found: FileImport) => void): Uploading {
  const words = useWords();
  const client = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const [share, setShare] = useState(0);
  const [problem, setProblem] = useState<Said | null>(null);
  const call = useRef<AbortController | null>(null);
  useEffect(() => {
    const calls = call;
    return () => calls.current?.abort();
  }, []);
  const refused = (files: ArrayLike<File>, shop: string): Said | null => {
    const { t } = words;
    if (!shop) return { title: t('imports.no_shop'), how: t('imports.no_shop_how') };
    if (files.length > 1) return { title: t('imports.one_file'), how: t('imports.one_file_how') };
    const limit = formatBytes(most);
    return (files[0]?.size ?? 0) > most ? { title: t('imports.too_large', { limit }), how: t('imports.too_large_how') } : null;
  };
  const bring = async (files: ArrayLike<File>, shop: string): Promise<void> => {
    const chosen = files[0];
    const wrong = refused(files, shop);
    setProblem(wrong);
    if (!chosen || wrong || call.current) return;
    const mine = new AbortController();
    call.current = mine;
    setFile(chosen);
    setShare(0);
    try {
      arrived(await bringFile(shop, chosen, setShare, mine.signal));
      void client.invalidateQueries({ queryKey: ['imports', 'history'] });
    } catch (error) {
      if (!mine.signal.aborted) setProblem(sayProblem(error, words));
    } finally {
      call.current = null;
      setFile(null);
    }
  };
  return { file, share, problem, bring, stop: () => call.current?.abort() };
}
