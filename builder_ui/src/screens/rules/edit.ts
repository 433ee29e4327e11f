/** Everything a person can do to the open row; each is one step that can be undone. */

import {
  changeActions, changeList, changeRow, OTHERWISE, type Action, type Blueprint, type RuleList, type RuleRow,
} from '@/core/ruleDocument';
import { read, replaceAt, write, type Node } from '@/core/rule';
import { commit, current } from './draft';
import { listIn, rowIn, useView } from './view';

interface Here {
  readonly document: Blueprint;
  readonly list: RuleList;
  readonly row: RuleRow | typeof OTHERWISE;
}

export function here(): Here | null {
  const document = current();
  const view = useView.getState();
  const list = listIn(document, view.list);
  return list && { document, list, row: rowIn(list, view.row) };
}

const idOf = (row: RuleRow | typeof OTHERWISE): string => (row === OTHERWISE ? OTHERWISE : row.id);

export function rule(): Node {
  const row = here()?.row;
  return read(row && row !== OTHERWISE ? row.when : true);
}

export function editRule(change: (root: Node) => Node, label: string, key: string | null = null): void {
  const at = here();
  if (!at || at.row === OTHERWISE) return;
  const { id, when } = at.row;
  const root = read(when);
  const next = change(root);
  if (next === root) return;
  commit(changeRow(at.document, at.list.id, id, (row) => ({ ...row, when: write(next) })), label, key && `${id}${key}`);
}

/** Replaces one part; typing into it is one step. */
export function editPart(at: string, part: Node, label: string, typing = false): void {
  editRule((root) => replaceAt(root, at, part), label, typing ? at : null);
}

export function editActions(change: (actions: readonly Action[]) => readonly Action[], label: string, key: string | null = null): void {
  const at = here();
  if (!at) return;
  const id = idOf(at.row);
  commit(changeActions(at.document, at.list.id, id, change), label, key && `${id}/then/${key}`);
}

export function editRow(change: (row: RuleRow) => RuleRow, label: string, key: string | null = null): void {
  const at = here();
  if (!at || at.row === OTHERWISE) return;
  const { id } = at.row;
  commit(changeRow(at.document, at.list.id, id, change), label, key && `${id}/${key}`);
}

/** What belongs to the list as a whole: its names, how its rows compete. */
export function editList(change: (list: RuleList) => RuleList, label: string, key: string | null = null): void {
  const at = here();
  if (at) commit(changeList(at.document, at.list.id, change), label, key && `${at.list.id}/${key}`);
}

export function editRows(change: (rows: readonly RuleRow[], list: RuleList) => readonly RuleRow[], label: string): void {
  const at = here();
  if (!at) return;
  commit(changeList(at.document, at.list.id, (list) => ({ ...list, rows: change(list.rows, list) })), label);
}
