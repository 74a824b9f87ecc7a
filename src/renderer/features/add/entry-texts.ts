/** The texts of choosing entries: organizations of a key, accounts of a token. */
import { m } from '../../../shared/messages';
import type { SignInKind } from '../../../shared/sign-in';

/** The texts for one kind of sign-in. */
export interface EntryTexts {
  title: string;
  availableTo: (inputs: { name: string }) => string;
  fetching: string;
  fetchingLabel: string;
  foundBefore: (inputs: { count: string }) => string;
  list: string;
  selectAll: string;
  noneFound: string;
  noneFoundNext: string;
  findNew: string;
  nothingNew: string;
  allAlreadySaved: string;
  noneFiltered: (inputs: { query: string }) => string;
  idTitle: string;
  idLabel: string;
  idHelp: string;
  idEmpty: string;
}

/** The texts of choosing what a sign-in of this kind opens. */
export function entryTexts(kind: SignInKind): EntryTexts {
  if (kind === 'token') {
    return {
      title: m.add_accounts_choose_title(),
      availableTo: m.add_accounts_of_token,
      fetching: m.add_accounts_fetching(),
      fetchingLabel: m.add_accounts_fetching_label(),
      foundBefore: m.add_accounts_found_before,
      list: m.add_accounts_list(),
      selectAll: m.add_accounts_select_all(),
      noneFound: m.add_accounts_none_found(),
      noneFoundNext: m.add_accounts_none_found_next(),
      findNew: m.add_accounts_find_new(),
      nothingNew: m.add_accounts_nothing_new(),
      allAlreadySaved: m.add_accounts_all_already_saved(),
      noneFiltered: m.add_accounts_none_filtered,
      idTitle: m.add_account_id_title(),
      idLabel: m.add_account_id_label(),
      idHelp: m.add_account_id_help(),
      idEmpty: m.add_account_id_empty(),
    };
  }
  return {
    title: m.add_choose_title(),
    availableTo: m.add_choose_available_to,
    fetching: m.add_fetching(),
    fetchingLabel: m.add_fetching_label(),
    foundBefore: m.add_found_before,
    list: m.common_organizations_title(),
    selectAll: m.add_select_all(),
    noneFound: m.add_none_found(),
    noneFoundNext: m.add_none_found_next(),
    findNew: m.add_find_new(),
    nothingNew: m.add_nothing_new(),
    allAlreadySaved: m.add_all_already_saved(),
    noneFiltered: m.add_none_filtered,
    idTitle: m.add_by_id_title(),
    idLabel: m.common_organization_id(),
    idHelp: m.add_by_id_help(),
    idEmpty: m.add_by_id_empty(),
  };
}
