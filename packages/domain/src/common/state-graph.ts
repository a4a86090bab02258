/** A state graph is one table: from each state to the states that may follow. CHECK constraints and tests are made from it. */
export type StateGraph<State extends string> = { readonly [From in State]: readonly State[] };

/** Whether the graph has the edge. */
export function canMove<State extends string>(graph: StateGraph<State>, from: State, to: State): boolean {
  return graph[from].includes(to);
}

/** Whether a history of states is a path of the graph that begins in one of the given states. */
export function isPath<State extends string>(
  graph: StateGraph<State>,
  history: readonly State[],
  beginnings: readonly State[],
): boolean {
  const [first] = history;
  if (first === undefined || !beginnings.includes(first)) return false;
  return history.every((state, index) => {
    const previous = index === 0 ? undefined : history[index - 1];
    return previous === undefined || canMove(graph, previous, state);
  });
}
