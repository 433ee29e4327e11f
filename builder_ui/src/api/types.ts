/** Shapes of the JSON API v1. Money is whole fen, instants are ISO 8601 with Z, ids are text. */

import type { OrderState } from '@/core/gridQuery';
import type { Label } from './labels';

export interface Bilingual {
  readonly zh: string;
  readonly en: string;
}

export interface Named {
  readonly id: string;
  readonly title: string;
}

export type Role = 'admin' | 'ops' | 'viewer';

export interface User {
  readonly id: string;
  readonly login: string;
  readonly name: string;
  readonly role: Role;
  readonly locale: string | null;
  /** True while the generated first password is still in use. */
  readonly must_change_password?: boolean;
}

export interface Session {
  readonly user: User | null;
  readonly csrf: string;
  readonly hub: {
    readonly title: string; readonly zone: string; readonly version: string; readonly demo: boolean;
    /** Where the demo's shops are directed; only the hub's own machine reaches it. */
    readonly demo_page: string | null;
  };
}

export interface FieldProblem {
  readonly field: string;
  readonly message: string;
}

export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly where: string | null;
  readonly how: string | null;
  readonly errors: readonly FieldProblem[];
}

export type StepKind = 'source' | 'mapping' | 'rules' | 'warehouse' | 'wms' | 'label' | 'alert';

export interface FlowStep {
  readonly id: string;
  readonly kind: StepKind;
  readonly title: Bilingual;
  readonly count_24h: number;
  readonly waiting: number;
  readonly faults: number;
  readonly detail: Bilingual | null;
}

export interface FlowEdge {
  readonly from: string;
  readonly to: string;
}

export interface Flow {
  readonly at: string;
  readonly plan: { readonly hash: string; readonly published_at: string } | null;
  readonly steps: readonly FlowStep[];
  readonly edges: readonly FlowEdge[];
  readonly rate_per_minute: number;
  readonly orders_today: number;
  readonly open_exceptions: number;
  readonly workers: number;
}

export interface OrderRow {
  readonly id: string;
  readonly external_no: string;
  readonly platform: string;
  readonly account: Named;
  readonly state: OrderState;
  readonly payment_state: 'unpaid' | 'deposit_paid' | 'paid' | 'refunded' | 'closed';
  readonly hold_state: 'none' | 'risk' | 'manual' | 'platform';
  readonly fulfil_state:
    'none' | 'short' | 'waiting' | 'handed_over' | 'refused' | 'partly_shipped' | 'shipped' | 'cancelling' | 'cancelled';
  readonly after_sale_state: 'none' | 'requested' | 'returning' | 'refunded' | 'rejected';
  readonly total: number;
  readonly paid: number;
  readonly currency: string;
  readonly item_count: number;
  readonly province: string | null;
  readonly city: string | null;
  readonly receiver_name: string | null;
  readonly warehouse: Named | null;
  readonly courier: string | null;
  readonly placed_at: string;
  readonly paid_at: string | null;
  readonly updated_at: string;
  readonly tags: readonly string[];
  readonly open_exceptions: number;
}

export interface OrderPage {
  readonly items: readonly OrderRow[];
  readonly next: string | null;
  readonly total: number;
  readonly total_capped: boolean;
}

export interface Facet {
  readonly value: string;
  readonly count: number;
  readonly title?: string;
}

export interface Facets {
  readonly states: readonly Facet[];
  readonly platforms: readonly Facet[];
  readonly warehouses: readonly Facet[];
  readonly provinces: readonly Facet[];
}

export const RECEIVER_FIELDS = ['name', 'phone', 'province', 'city', 'district', 'town', 'address'] as const;
export type ReceiverField = (typeof RECEIVER_FIELDS)[number];

export type Receiver = { readonly [F in ReceiverField]: string | null } & { readonly masked: readonly string[] };

export interface OrderHead extends OrderRow {
  readonly receiver: Receiver;
  readonly notes: { readonly buyer: string | null; readonly seller: string | null };
  readonly money: { readonly total: number; readonly paid: number; readonly freight: number; readonly discount: number };
  readonly times: {
    readonly placed: string;
    readonly paid: string | null;
    readonly modified: string | null;
    readonly ship_by: string | null;
  };
  readonly parent_no: string | null;
  readonly customer_ref: string | null;
}

export interface OrderLine {
  readonly id: string;
  readonly external_line_no: string;
  readonly title: string;
  readonly spec: string | null;
  readonly sku_code: string | null;
  readonly sku: { readonly id: string; readonly code: string; readonly title: string } | null;
  readonly quantity: number;
  readonly price: number;
  readonly paid_share: number;
  readonly refund_state: OrderRow['after_sale_state'] | 'withdrawn';
  readonly gift: boolean;
}

export interface Parcel {
  readonly courier: string | null;
  readonly tracking_no: string;
  readonly shipped_at: string | null;
}

export interface Fulfilment {
  readonly id: string;
  readonly no: string;
  readonly state: 'waiting' | 'handed_over' | 'partly_shipped' | 'shipped' | 'cancelling' | 'cancelled';
  readonly warehouse: Named;
  readonly courier: string | null;
  readonly hand_over_at: string | null;
  readonly created_at: string;
  readonly lines: readonly {
    readonly line_id: string;
    readonly sku_code: string;
    readonly quantity: number;
    readonly state: string;
  }[];
  readonly parcels: readonly Parcel[];
  readonly label: Label | null;
}

export interface TraceNode {
  readonly pointer: string;
  readonly op: string;
  readonly value: unknown;
  readonly args: readonly TraceNode[];
  readonly var?: string;
  /** The field's name in people's words, where the server knows it. */
  readonly title?: Bilingual;
  /** Counts the lines of an order in a condition on lines, from 0. */
  readonly item?: number;
  /** True when the evaluation stopped before this part. */
  readonly skipped?: boolean;
}

export interface ReceivedDetail {
  readonly inbox_id: string;
  readonly source: 'pull' | 'webhook' | 'file' | 'form';
  readonly payload_text: string;
}

export interface MappedField {
  readonly to: string;
  readonly title: Bilingual;
  readonly from: string | null;
  readonly raw: string | null;
  readonly value: unknown;
  readonly transforms: readonly {
    readonly name: string;
    readonly before: unknown;
    readonly after?: unknown;
    readonly failed?: string;
  }[];
  readonly masked: boolean;
  readonly kind?: 'text' | 'integer' | 'money' | 'instant' | 'yes_no' | 'choice' | 'texts';
}

export interface MappedDetail {
  readonly fields: readonly MappedField[];
}

export interface TriedRow {
  readonly id: string;
  readonly title: Bilingual;
  readonly position: number;
  readonly matched: boolean;
  readonly sentence?: Bilingual | null;
  readonly trace: TraceNode | null;
  /** Why there is no trace. */
  readonly failed?: string;
}

/** A rule list other than the one that chose the warehouse. */
export interface RuleListSeen {
  readonly id: string;
  readonly title: Bilingual;
  readonly stage: string;
  readonly mode: 'first' | 'all';
  readonly tried: readonly TriedRow[];
}

export interface Candidate {
  readonly warehouse: string;
  readonly role: string;
  readonly available: Readonly<Record<string, number>>;
  readonly needed: Readonly<Record<string, number>>;
  readonly ok: boolean;
  readonly reason: Bilingual | null;
}

/** Something a rule did to the order beside choosing warehouse and courier. */
export interface Deed {
  readonly row: Bilingual;
  readonly what: Bilingual;
}

export interface JudgedDetail {
  readonly plan: string;
  readonly did: readonly Deed[];
  readonly same_again?: boolean;
  readonly unjudged?: readonly Bilingual[];
  readonly lists: readonly RuleListSeen[];
}

export interface RoutedDetail {
  readonly plan: string;
  readonly row: { readonly id: string; readonly title: Bilingual; readonly position: number } | null;
  readonly sentence: Bilingual | null;
  readonly tried: readonly TriedRow[];
  readonly candidates: readonly Candidate[];
  readonly chosen: readonly { readonly role: string; readonly warehouse: string }[] | null;
  readonly courier?: string | null;
  /** The row of a live table that chose it. */
  readonly courier_why?: Bilingual | null;
  readonly did?: readonly Deed[];
  readonly same_again?: boolean;
  readonly unjudged?: readonly Bilingual[];
  readonly lists?: readonly RuleListSeen[];
}

/** Another warehouse, the rows that propose it, and what of the order would have to be otherwise. */
export interface WhyNot {
  readonly role: string;
  readonly title: Bilingual;
  readonly ways: readonly {
    readonly row: { readonly id: string; readonly title: Bilingual; readonly position: number };
    readonly changes: readonly Bilingual[] | null;
  }[];
}

export interface SentDetail {
  readonly connection: string;
  readonly effect: string;
  readonly idempotency_key: string | null;
  readonly message: unknown;
  readonly state: string;
  readonly attempts: number;
  readonly error: unknown;
  readonly not_before: string | null;
}

export interface ReceiptDetail {
  readonly receipt: Readonly<Record<string, unknown>> | null;
}

export interface StoryDetails {
  received: ReceivedDetail;
  mapped: MappedDetail;
  judged: JudgedDetail;
  routed: RoutedDetail;
  sent: SentDetail;
  receipt: ReceiptDetail;
}

export type PlainKind =
  | 'merged' | 'risk' | 'allocated' | 'short' | 'fulfilment' | 'state' | 'exception' | 'manual' | 'cancelled' | 'after_sale' | 'refused' | 'parcel';

type Entry<K extends string, D> = { readonly at: string; readonly kind: K; readonly title: Bilingual; readonly detail: D };

export type StoryEntry =
  | { [K in keyof StoryDetails]: Entry<K, StoryDetails[K]> }[keyof StoryDetails]
  | { [K in PlainKind]: Entry<K, Readonly<Record<string, unknown>> | null> }[PlainKind];

export type StoryKind = StoryEntry['kind'];

export interface OrderStory {
  readonly order: OrderHead;
  readonly lines: readonly OrderLine[];
  readonly fulfilments: readonly Fulfilment[];
  readonly story: readonly StoryEntry[];
}

/** Try again, let another warehouse send it, or say that it has been dealt with. */
export type ExceptionAction = 'retry' | 'elsewhere' | 'done';

export interface HubException {
  readonly id: string;
  readonly kind: string;
  readonly code: string;
  readonly actions: readonly ExceptionAction[];
  readonly message: Bilingual;
  readonly how: Bilingual;
  readonly order_id: string | null;
  readonly external_no: string | null;
  readonly account: Named | string | null;
  readonly created_at: string;
  readonly count_same_cause: number;
}

export interface ExceptionGroup {
  readonly code: string;
  readonly title: Bilingual;
  readonly count: number;
}

export interface ExceptionPage {
  readonly items: readonly HubException[];
  readonly next: string | null;
  readonly groups: readonly ExceptionGroup[];
}
