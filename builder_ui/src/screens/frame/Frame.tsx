import { ActionIcon, Button, Menu } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { ChevronDown, ExternalLink, KeyRound, Languages, LogOut, Moon, Sun, UserRound, X } from 'lucide-react';
import { createContext, lazy, Suspense, useContext, useEffect, useState, type ReactElement, type ReactNode } from 'react';
import { createPortal } from 'react-dom';
import { saveLocale, useSignOut } from '@/api/queries';
import type { Locale } from '@/core/time';
import { useWords } from '@/i18n';
import { useToasts } from '@/store/toasts';
import { useUi } from '@/store/ui';
import { useHub } from '@/ui/hub';
import { useLanguage, useScheme } from '@/ui/look';
import { useNarrow } from '@/ui/media';
import { sayProblem } from '@/ui/States';
import css from './Frame.module.css';
import { Nav } from './Nav';

const PasswordDialog = lazy(() => import('./PasswordDialog'));

function LanguageButton(): ReactElement {
  const words = useWords();
  const language = useLanguage();
  const client = useQueryClient();
  const narrow = useNarrow();
  const change = (locale: Locale): void => {
    language.set(locale);
    // A failure costs nothing now: this browser remembers, and the next switch tries again.
    saveLocale(locale).then(() => client.invalidateQueries({ queryKey: ['session'] })).catch(() => undefined);
  };
  return (
    <Button
      variant="subtle" color="gray" size="compact-sm" leftSection={<Languages size={16} />} title={words.t('top.language')}
      onClick={() => change(language.other)}
    >
      <span className="ol-hide">{words.t('top.language')}</span>
      <span lang={language.other}>{narrow ? language.otherName.slice(0, 2) : language.otherName}</span>
    </Button>
  );
}

function SchemeButton(): ReactElement {
  const { t } = useWords();
  const scheme = useScheme();
  const label = t(scheme.dark ? 'top.to_light' : 'top.to_dark');
  return (
    <ActionIcon variant="subtle" color="gray" size={32} aria-label={label} title={label} onClick={scheme.toggle}>
      {scheme.dark ? <Sun size={17} /> : <Moon size={17} />}
    </ActionIcon>
  );
}

function UserMenu({ onPassword }: { readonly onPassword: () => void }): ReactElement {
  const words = useWords();
  const { t } = words;
  const { user, version } = useHub();
  const show = useToasts((s) => s.show);
  const signOut = useSignOut();
  const leave = (): void =>
    signOut.mutate(undefined, {
      onError: (error) => {
        const said = sayProblem(error, words);
        show('bad', said.title, said.how);
      },
    });
  return (
    <Menu position="bottom-end" width={220}>
      <Menu.Target>
        <button type="button" className={css.user} aria-label={t('top.user', { name: user.name })}>
          <span className={css.avatar} aria-hidden="true"><UserRound size={16} /></span>
          <span className={css.userName}>{user.name}</span>
          <ChevronDown size={14} aria-hidden="true" />
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{`${user.login} · ${t(`top.role.${user.role}`)}`}</Menu.Label>
        <Menu.Item leftSection={<KeyRound size={15} />} onClick={onPassword}>{t('top.change_password')}</Menu.Item>
        <Menu.Item leftSection={<LogOut size={15} />} onClick={leave}>{t('top.sign_out')}</Menu.Item>
        <Menu.Divider />
        <Menu.Label>{t('app.version', { version })}</Menu.Label>
      </Menu.Dropdown>
    </Menu>
  );
}

function FirstPasswordHint({ onPassword }: { readonly onPassword: () => void }): ReactElement | null {
  const { t } = useWords();
  const { user } = useHub();
  const dismissed = useUi((s) => s.passwordHintDismissed);
  const dismiss = useUi((s) => s.dismissPasswordHint);
  if (!user.must_change_password || dismissed) return null;
  return (
    <div className={css.hint} role="status">
      <KeyRound size={16} aria-hidden="true" />
      <span>{t('password.first')}</span>
      <Button size="compact-sm" variant="white" flex="none" onClick={onPassword}>{t('password.now')}</Button>
      <button type="button" className={css.hintClose} aria-label={t('common.close')} title={t('common.close')} onClick={dismiss}>
        <X size={17} aria-hidden="true" />
      </button>
    </div>
  );
}

const TitleSlot = createContext<HTMLElement | null>(null);

/** Puts a screen's title (and what belongs beside it) into the top bar. */
export function ScreenTitle({ title, children }: { readonly title: string; readonly children?: ReactNode }): ReactElement | null {
  const slot = useContext(TitleSlot);
  const { title: hub } = useHub();
  useEffect(() => {
    document.title = `${title} · ${hub}`;
  }, [title, hub]);
  return slot && createPortal(<><h1 className={css.title}>{title}</h1>{children}</>, slot);
}

/** Says that nothing here is real; on the hub's own machine it leads to where the demo is directed. */
function DemoSign(): ReactElement {
  const { t, locale } = useWords();
  const { demo_page } = useHub();
  const isHere = ['localhost', '127.0.0.1', '[::1]'].includes(location.hostname);
  if (!demo_page || !isHere) return <span className={css.demo}>{t('app.demo')}</span>;
  return (
    <a className={css.demo} href={`${demo_page}?lang=${locale}`} target="_blank" rel="noreferrer" title={t('app.demo_page')}>
      {t('app.demo')}
      <ExternalLink size={13} aria-hidden="true" />
      <span className="ol-hide">{t('app.demo_page')}</span>
    </a>
  );
}

export function Frame({ children }: { readonly children: ReactNode }): ReactElement {
  const { t } = useWords();
  const { demo } = useHub();
  const [slot, setSlot] = useState<HTMLElement | null>(null);
  const [changing, setChanging] = useState(false);
  return (
    <TitleSlot.Provider value={slot}>
      <a className="ol-skip" href="#content">{t('app.skip')}</a>
      <div className={css.frame}>
        <Nav />
        <header className={css.top}>
          <div className={css.titleSlot} ref={setSlot} />
          {demo && <DemoSign />}
          <LanguageButton />
          <SchemeButton />
          <UserMenu onPassword={() => setChanging(true)} />
        </header>
        <main className={css.content} id="content" tabIndex={-1}>
          <FirstPasswordHint onPassword={() => setChanging(true)} />
          {children}
        </main>
      </div>
      {changing && <Suspense><PasswordDialog open close={() => setChanging(false)} /></Suspense>}
    </TitleSlot.Provider>
  );
}
