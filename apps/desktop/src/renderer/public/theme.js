// Before the first paint, so that nobody who likes it dark sees a white flash. A file and not inline, because the page's policy
// admits no inline scripts.
(() => {
  let wanted = 'system';
  try {
    wanted = JSON.parse(localStorage.getItem('rsm.settings') ?? '{}').theme ?? 'system';
  } catch {
    // Unreadable settings are replaced when the app starts.
  }
  const dark = wanted === 'dark' || (wanted === 'system' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
