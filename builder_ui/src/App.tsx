import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Compass } from 'lucide-react';
import { Component, lazy, Suspense, useEffect, type ReactElement, type ReactNode } from 'react';
import { Link, Route, Router, Switch } from 'wouter';
import { saveLocale, sessionQuery } from './api/queries';
import { useWords } from './i18n';
import { Frame } from './screens/frame/Frame';
import { asLocale, useUi } from './store/ui';
import { Busy } from './ui/Busy';
import { HubProvider, hubOf } from './ui/hub';
import { EmptyState, ProblemState } from './ui/States';
import { Toasts } from './ui/Toasts';

const Login = lazy(() => import('./screens/login/Login'));
const FlowScreen = lazy(() => import('./screens/flow/FlowScreen'));
const OrdersScreen = lazy(() => import('./screens/orders/OrdersScreen'));
const StoryPage = lazy(() => import('./screens/story/StoryPage'));
const RulesScreen = lazy(() => import('./screens/rules/RulesScreen'));
const TablesScreen = lazy(() => import('./screens/tables/TablesScreen'));
const ReturnsScreen = lazy(() => import('./screens/returns/ReturnsScreen'));
const LabelsScreen = lazy(() => import('./screens/labels/LabelsScreen'));
const ProductsScreen = lazy(() => import('./screens/products/ProductsScreen'));
const NotificationsScreen = lazy(() => import('./screens/notifications/NotificationsScreen'));
const ConnectionsScreen = lazy(() => import('./screens/connections/ConnectionsScreen'));
const RecordsScreen = lazy(() => import('./screens/records/RecordsScreen'));
const FieldsScreen = lazy(() => import('./screens/fields/FieldsScreen'));
const OutboundScreen = lazy(() => import('./screens/outbound/OutboundScreen'));
const EntryScreen = lazy(() => import('./screens/entry/EntryScreen'));
const ImportsScreen = lazy(() => import('./screens/imports/ImportsScreen'));
const ImportPage = lazy(() => import('./screens/imports/ImportPage'));
const ExceptionsScreen = lazy(() => import('./screens/exceptions/ExceptionsScreen'));

function Nowhere(): ReactElement {
  const { t } = useWords();
  return (
    <EmptyState icon={Compass} title={t('problem.not_found')} text={t('problem.not_found_how')}>
      <Button component={Link} href="/">{t('problem.home')}</Button>
    </EmptyState>
  );
}

interface CatchProps {
  readonly shown: (error: Error) => ReactNode;
  readonly children: ReactNode;
}

/** Keeps one broken screen from taking the frame with it. */
class Catch extends Component<CatchProps, { readonly error: Error | null }> {
  override state = { error: null };

  static getDerivedStateFromError(error: Error): { error: Error } {
    return { error };
  }

  override render(): ReactNode {
    return this.state.error ? this.props.shown(this.state.error) : this.props.children;
  }
}

function Screens(): ReactElement {
  const { t } = useWords();
  return (
    <Catch shown={(error) => <ProblemState error={error} title={t('problem.broken')} retry={() => location.reload()} />}>
      <Suspense fallback={<Busy />}>
        <Switch>
          <Route path="/" component={FlowScreen} />
          <Route path="/orders" component={OrdersScreen} />
          <Route path="/orders/:id">{({ id }) => <StoryPage key={id} id={decodeURIComponent(id)} />}</Route>
          <Route path="/rules" component={RulesScreen} />
          <Route path="/tables"><TablesScreen id={null} /></Route>
          <Route path="/tables/:id">{({ id }) => <TablesScreen id={decodeURIComponent(id)} />}</Route>
          <Route path="/returns" component={ReturnsScreen} />
          <Route path="/labels" component={LabelsScreen} />
          <Route path="/products"><ProductsScreen tab="products" /></Route>
          <Route path="/products/import"><ProductsScreen tab="import" /></Route>
          <Route path="/products/links"><ProductsScreen tab="links" /></Route>
          <Route path="/entry" component={EntryScreen} />
          <Route path="/imports" component={ImportsScreen} />
          <Route path="/imports/:id">{({ id }) => <ImportPage key={id} id={decodeURIComponent(id)} />}</Route>
          <Route path="/records" component={RecordsScreen} />
          <Route path="/records/fields" component={FieldsScreen} />
          <Route path="/outbound" component={OutboundScreen} />
          <Route path="/exceptions" component={ExceptionsScreen} />
          <Route path="/connections" component={ConnectionsScreen} />
          <Route path="/notifications" component={NotificationsScreen} />
          <Route component={Nowhere} />
        </Switch>
      </Suspense>
    </Catch>
  );
}

/** On signing in: a language chosen in this browser is kept with the user, else the user's is taken over. */
function useUsersLanguage(login: string | undefined, locale: string | null | undefined): void {
  useEffect(() => {
    const { locale: here, localeChosen, adoptLocale } = useUi.getState();
    const theirs = asLocale(locale);
    if (!login || theirs === here) return;
    if (localeChosen) saveLocale(here).catch(() => undefined);
    else if (theirs) adoptLocale(theirs);
    // Only a change of person counts: the user's own switch must not be undone by an older answer.
  }, [login]);
}

function useDocumentLanguage(): void {
  const { locale } = useWords();
  useEffect(() => {
    document.documentElement.lang = locale;
  }, [locale]);
}

export function App(): ReactElement {
  const { t } = useWords();
  const { data: session, error, refetch } = useQuery(sessionQuery);
  useUsersLanguage(session?.user?.login, session?.user?.locale);
  useDocumentLanguage();
  const user = session?.user;
  return (
    <Router base="/app">
      {!session && !error && <Busy />}
      {!session && error && <ProblemState error={error} title={t('problem.offline')} retry={() => void refetch()} />}
      {session && !user && (
        <Suspense fallback={<Busy />}>
          <Login hub={session.hub} />
        </Suspense>
      )}
      {session && user && (
        <HubProvider value={hubOf(session, user)}>
          <Frame>
            <Screens />
          </Frame>
        </HubProvider>
      )}
      <Toasts />
    </Router>
  );
}
