import { Button, TextInput } from '@mantine/core';
import { Boxes, Languages, Moon, Route as RouteIcon, Sun, Table2, TriangleAlert, type LucideIcon } from 'lucide-react';
import { useEffect, useRef, useState, type FormEvent, type KeyboardEvent, type ReactElement } from 'react';
import { ApiError } from '@/api/client';
import { useSignIn } from '@/api/queries';
import type { Session } from '@/api/types';
import { elapsed } from '@/core/time';
import { useWords, type Key, type Words } from '@/i18n';
import { Logo } from '@/ui/Logo';
import { useLanguage, useScheme } from '@/ui/look';
import { PasswordBox } from '@/ui/PasswordBox';
import { sayProblem } from '@/ui/States';
import { Weave } from './Weave';
import css from './Login.module.css';

const PROMISES: readonly (readonly [LucideIcon, Key & `app.promise.${string}`])[] = [
  [Table2, 'app.promise.one'],
  [RouteIcon, 'app.promise.two'],
  [Boxes, 'app.promise.three'],
];

function Brand(): ReactElement {
  const { t } = useWords();
  return (
    <aside className={css.brand}>
      <Weave />
      <div className={css.brandName}>
        <Logo size={40} />
        <span className={css.name}>{t('app.name')}</span>
        <span className={css.latin}>{t('app.latin')}</span>
      </div>
      <div className={css.pitch}>
        <p className={css.tagline}>{t('app.tagline')}</p>
        <ul className={css.promises}>
          {PROMISES.map(([Icon, key]) => (
            <li key={key}>
              <Icon size={18} aria-hidden="true" />
              {t(key)}
            </li>
          ))}
        </ul>
      </div>
    </aside>
  );
}

/** Seconds left of a lock-out, counted down; 0 when there is none. */
function useLockout(error: unknown): number {
  const given = error instanceof ApiError && error.problem.code === 'auth.locked' ? Number(error.problem.where) || 0 : 0;
  const [left, setLeft] = useState(given);
  useEffect(() => {
    setLeft(given);
    if (given <= 0) return undefined;
    const end = Date.now() + given * 1000;
    const timer = setInterval(() => setLeft(Math.max(0, Math.ceil((end - Date.now()) / 1000))), 500);
    return () => clearInterval(timer);
  }, [given, error]);
  return left;
}

function Refusal({ error }: { readonly error: unknown }): ReactElement {
  const words = useWords();
  const locked = error instanceof ApiError && error.problem.code === 'auth.locked';
  const said = sayProblem(locked ? new ApiError(429, { ...error.problem, where: null }) : error, words);
  return (
    <div className={css.refusal} role="alert">
      <TriangleAlert size={18} aria-hidden="true" />
      <div>
        <div>{said.title}</div>
        {said.how && <div className={css.refusalHow}>{said.how}</div>}
      </div>
    </div>
  );
}

interface Missing {
  readonly login?: string;
  readonly password?: string;
}

function missing(login: string, password: string, { t }: Words): Missing {
  return {
    ...(login.trim() ? {} : { login: t('login.need_login') }),
    ...(password ? {} : { password: t('login.need_password') }),
  };
}

function Form({ hub }: { readonly hub: Session['hub'] }): ReactElement {
  const words = useWords();
  const { t } = words;
  const signIn = useSignIn();
  const left = useLockout(signIn.error);
  const [login, setLogin] = useState('');
  const [password, setPassword] = useState('');
  const [caps, setCaps] = useState(false);
  const [lacks, setLacks] = useState<Missing>({});
  const passwordBox = useRef<HTMLInputElement>(null);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    const found = missing(login, password, words);
    setLacks(found);
    if (found.login || found.password || left > 0) return;
    signIn.mutate({ login: login.trim(), password }, { onError: () => passwordBox.current?.select() });
  };
  const watchCaps = (event: KeyboardEvent): void => setCaps(event.getModifierState('CapsLock'));

  return (
    <form className={css.form} onSubmit={submit} noValidate>
      <h1 className={css.title}>{t('login.title')}</h1>
      <p className={css.welcome}>{t('login.welcome', { hub: hub.title })}</p>
      {signIn.error && <Refusal error={signIn.error} />}
      <TextInput
        label={t('login.login')} name="login" autoComplete="username" autoFocus size="md" value={login} error={lacks.login}
        onChange={(e) => setLogin(e.currentTarget.value)} autoCapitalize="none" spellCheck={false}
      />
      <PasswordBox
        ref={passwordBox} label={t('login.password')} name="password" autoComplete="current-password" size="md" value={password}
        error={lacks.password} onChange={(e) => setPassword(e.currentTarget.value)} onKeyUp={watchCaps} onKeyDown={watchCaps}
        onBlur={() => setCaps(false)}
      />
      <p className={css.caps} role="status">{caps ? t('login.caps') : ''}</p>
      <Button type="submit" size="md" fullWidth loading={signIn.isPending} disabled={left > 0}>
        {left > 0 ? t('login.locked', { time: elapsed(left * 1000, words.locale) }) : t('login.submit')}
      </Button>
      <p className={css.first}>{t('login.first')}</p>
    </form>
  );
}

export default function Login({ hub }: { readonly hub: Session['hub'] }): ReactElement {
  const { t } = useWords();
  const language = useLanguage();
  const scheme = useScheme();
  return (
    <div className={css.page}>
      <Brand />
      <main className={css.side}>
        <div className={css.corner}>
          <Button variant="subtle" color="gray" size="compact-sm" leftSection={<Languages size={16} />} onClick={() => language.set(language.other)}
            aria-label={`${t('top.language')} ${language.otherName}`} lang={language.other}>
            {language.otherName}
          </Button>
          <Button variant="subtle" color="gray" size="compact-sm" onClick={scheme.toggle} aria-label={t(scheme.dark ? 'top.to_light' : 'top.to_dark')}>
            {scheme.dark ? <Sun size={16} /> : <Moon size={16} />}
          </Button>
        </div>
        <Form hub={hub} />
        <p className={css.foot}>
          {t('app.version', { version: hub.version })}
          {hub.demo && <span className={css.demo}>{t('app.demo')}</span>}
        </p>
      </main>
    </div>
  );
}
