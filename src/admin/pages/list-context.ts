import { keyText } from "../../orm/index.js";
import type { SafeString } from "../../templates/index.js";
import type { ChangeList, ListPage } from "../list/change-list.js";
import type { ShownColumn } from "../list/columns.js";
import { dateSteps } from "../list/date-steps.js";
import type { ListLinks } from "../list/list-state.js";
import { pageLinks } from "../list/page-links.js";
import { searchLookups } from "../list/search-rows.js";
import { showValue } from "../list/show-value.js";
import { valueOf } from "../model/rows.js";
import { textOf } from "../model/text-of.js";
import { capitalized, counted } from "../model/words.js";
import type { AdminRequest } from "../registered/admin-request.js";
import type { AdminUrls } from "./admin-urls.js";
import { availableActions } from "../actions/available-actions.js";

const numbers = /int$|^(decimal|float)$/i;

/** What a cell of a list that is edited in place shows instead of the value. */
export type EditableCells = (
  row: object,
  column: string,
) => { readonly content: SafeString; readonly errors: SafeString } | undefined;

/** What the template of a list goes by. */
export async function listContext(
  list: ChangeList,
  page: ListPage,
  links: ListLinks,
  urls: AdminUrls,
  request: AdminRequest,
  editable: EditableCells = () => undefined,
): Promise<object> {
  const { admin, state } = list;
  const { facts, options } = admin;
  const { dateHierarchy, showFacets = "allow" } = options;
  const isNarrowed = state.search !== "" || state.filters.size > 0 || state.date !== undefined;
  const showsFacets = showFacets === "always" || (showFacets === "allow" && state.showsFacets);
  const { listPerPage = 100 } = options;
  const first = page.count === 0 ? 0 : (page.page - 1) * listPerPage + 1;
  const total = `${page.isMore ? "over " : ""}${counted(page.count, facts.verboseName, facts.verboseNamePlural)}`;
  const last = first + page.rows.length - 1;
  const kept = [...new URLSearchParams(links.change({ q: undefined }).slice(1))].map(([name, value]) => ({
    name,
    value,
  }));
  const dates =
    dateHierarchy === undefined
      ? []
      : await dateSteps(list.matching, dateHierarchy, facts.options.field(dateHierarchy), state.date, links);
  return {
    verboseName: facts.verboseName,
    verboseNamePlural: facts.verboseNamePlural,
    countText: total,
    rangeText: page.rows.length < page.count || page.isMore ? `${first}–${last} of ${total}` : total,
    addUrl: (await admin.may(request, "add")) ? urls.add(admin) : undefined,
    socketUrl: urls.listSocket(admin),
    canSearch: options.search !== undefined || searchLookups(admin).length > 0,
    search: state.search,
    searchHelp: options.searchHelpText ?? "",
    kept,
    actions: await availableActions(admin, request, "list"),
    mayActOnAll: page.rows.length < page.count,
    // One step alone leads nowhere.
    dates: dates.length > 1 ? dates : [],
    dateTitle: dateHierarchy === undefined ? "" : capitalized(facts.options.field(dateHierarchy).verboseName),
    columns: list.columns.map((column) => columnHead(list, column, links)),
    rows: await Promise.all(page.rows.map((row) => shownRow(list, row, urls, editable))),
    pages: pageLinks(links, page.page, page.pages, page.isMore),
    showAllUrl: page.mayShowAll && page.pages > 1 ? links.change({ all: "1" }) : undefined,
    isNarrowed,
    activeFilters: state.filters.size,
    clearUrl:
      state.filters.size > 0
        ? links.change(Object.fromEntries([...state.filters.keys()].map((name) => [name, undefined])))
        : undefined,
    facetsUrl:
      showFacets === "allow" && list.filters.length > 0
        ? links.change({ facets: showsFacets ? undefined : "1" })
        : undefined,
    showsFacets,
    filters: await Promise.all(list.filters.map((filter) => filterPanel(list, filter, links, request, showsFacets))),
  };
}

async function filterPanel(
  list: ChangeList,
  filter: ChangeList["filters"][number],
  links: ListLinks,
  request: AdminRequest,
  showsFacets: boolean,
): Promise<object> {
  const { parameter, title } = filter;
  const current = list.state.filters.get(parameter);
  const choices = await filter.choices(request, current);
  const counts = showsFacets ? await list.facets(filter, choices) : undefined;
  const all = { label: "All", url: links.change({ [parameter]: undefined }), isCurrent: current === undefined };
  const shown = choices.map(({ value, label }) => ({
    label,
    url: links.change({ [parameter]: value }),
    isCurrent: value === current,
    count: counts?.get(value)?.toLocaleString("en"),
  }));
  return { title, choices: [all, ...shown] };
}

function columnHead(list: ChangeList, column: ShownColumn, links: ListLinks): object {
  const { name, label } = column;
  const isNumber = isNumeric(column);
  if (!list.isSortable(column)) return { label, isNumber };
  const [first, ...others] = list.state.order;
  const sort = first === name ? "ascending" : first === `-${name}` ? "descending" : undefined;
  const kept = (sort === undefined ? list.state.order : others).filter((key) => key.replace(/^-/, "") !== name);
  const next = sort === "ascending" ? `-${name}` : name;
  return { label, sort, isNumber, url: links.change({ o: [next, ...kept].slice(0, 4).join(",") }) };
}

/** Whether its values are compared by their last places, and stand below each other. */
function isNumeric({ field }: ShownColumn): boolean {
  return field !== undefined && field.choices === undefined && numbers.test(field.type);
}

async function shownRow(list: ChangeList, row: object, urls: AdminUrls, editable: EditableCells): Promise<object> {
  const { admin, columns } = list;
  const key = valueOf(row, "pk");
  const { emptyValue = "–", listDisplayLinks } = admin.options;
  const linked =
    listDisplayLinks === undefined ? columns.slice(0, 1).map(({ name }) => name) : (listDisplayLinks ?? []);
  const cells = await Promise.all(
    columns.map(async (column, index) => {
      const { name, label, field, empty = emptyValue } = column;
      const own = editable(row, name);
      const tag = index === 0 ? "th" : "td";
      if (own !== undefined) return { tag, label, content: own.content, errors: own.errors, isEmpty: false };
      const { content, isEmpty } = showValue(await column.value(row), field, empty);
      return {
        tag,
        label,
        content,
        isEmpty,
        isNumber: isNumeric(column),
        url: linked.includes(name) ? urls.of(admin, key, "change") : undefined,
      };
    }),
  );
  return { key: keyText(key), text: textOf(row), cells };
}
