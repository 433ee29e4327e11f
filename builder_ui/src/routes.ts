import {
  BellRing,
  CircleAlert,
  FileUp,
  Keyboard,
  GitBranch,
  PlugZap,
  Printer,
  NotebookTabs,
  Shirt,
  Table2,
  TableProperties,
  Truck,
  Undo2,
  Workflow,
  type LucideIcon,
} from 'lucide-react';
import type { Key } from './i18n';

export interface Place {
  readonly path: string;
  readonly word: Key;
  readonly icon: LucideIcon;
  /** Not for those who may only look. */
  readonly ops?: boolean;
}

/** Places in the navigation; a feature adds its own when it arrives. */
export const PLACES: readonly Place[] = [
  { path: '/', word: 'nav.flow', icon: Workflow },
  { path: '/rules', word: 'nav.rules', icon: GitBranch },
  { path: '/tables', word: 'nav.tables', icon: TableProperties },
  { path: '/orders', word: 'nav.orders', icon: Table2 },
  { path: '/entry', word: 'nav.entry', icon: Keyboard },
  { path: '/imports', word: 'nav.imports', icon: FileUp },
  { path: '/outbound', word: 'nav.outbound', icon: Truck },
  { path: '/labels', word: 'nav.labels', icon: Printer },
  { path: '/products', word: 'nav.products', icon: Shirt },
  { path: '/returns', word: 'nav.returns', icon: Undo2 },
  { path: '/records', word: 'nav.records', icon: NotebookTabs },
  { path: '/exceptions', word: 'nav.exceptions', icon: CircleAlert },
  { path: '/connections', word: 'nav.connections', icon: PlugZap, ops: true },
  { path: '/notifications', word: 'nav.notifications', icon: BellRing },
];

export const orderPath = (id: string): string => `/orders/${encodeURIComponent(id)}`;
export const importPath = (id: string): string => `/imports/${encodeURIComponent(id)}`;
export const tablePath = (id: string): string => `/tables/${encodeURIComponent(id)}`;
