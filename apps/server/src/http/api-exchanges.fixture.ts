import { listProcedures, sampleIds } from '@rsm/api/testing';
import superjson from 'superjson';

/** A request as a client sends it, and which adapter has to answer it. */
export interface Exchange {
  readonly name: string;
  readonly way: 'thin' | 'official' | 'neither';
  readonly method: 'GET' | 'POST' | 'HEAD' | 'OPTIONS' | 'PUT' | 'DELETE' | 'PATCH';
  /** The target below the API's path. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

const JSON_TYPE = { 'content-type': 'application/json' };
const ME = { authorization: 'Bearer me' };
const query = (input: unknown): string => `input=${encodeURIComponent(JSON.stringify(input))}`;
const plain = (input: unknown): string => query({ json: input });
const batchOf = (count: number): string => Array.from({ length: count }, () => 'server.info').join(',');
const signIn = { email: 'ada@example.org', password: 'correct horse battery' };

const get = (name: string, url: string, rest: Partial<Exchange> = {}): Exchange => ({
  name,
  way: 'thin',
  method: 'GET',
  url,
  ...rest,
});
const post = (name: string, url: string, body: Exchange['body'], rest: Partial<Exchange> = {}): Exchange => ({
  name,
  way: 'thin',
  method: 'POST',
  url,
  headers: JSON_TYPE,
  ...(body === undefined ? {} : { body }),
  ...rest,
});

const answers: readonly Exchange[] = [
  get('no input', 'server.info'),
  get('an empty query', 'server.info?'),
  get('an empty input', 'server.info?input='),
  get('an input of undefined', `server.info?${query(superjson.serialize(undefined))}`),
  get('a hot list', `listings.search?${plain({ limit: 10 })}`),
  get('a hot list in a batch', `listings.search,server.info?batch=1&${query({ 0: { json: { limit: 5 } } })}`),
  get('bigints and dates', 'payments.wallet', { headers: ME }),
  get('a JSON type on a GET', 'server.info', { headers: JSON_TYPE }),
  get('a type with a charset on a GET', 'server.info', {
    headers: { 'content-type': 'Application/JSON; charset=utf-8' },
  }),
  get('an accept header', 'server.info', { headers: { accept: 'application/json, */*;q=0.1' } }),
  get('an origin that is admitted', 'server.info', { headers: { origin: 'app://rsm' } }),
  get('an origin that is not', 'server.info', { headers: { origin: 'https://evil.example.org' } }),
  get('an error to an origin that is admitted', 'payments.wallet', { headers: { origin: 'app://rsm' } }),
  get('a client that is too old', 'payments.wallet', { headers: { ...ME, 'x-rsm-client-version': '0.0.1' } }),
  get('the same parameter twice', `server.info?input=&${plain(null)}`),
  get('a parameter that nobody knows', 'server.info?whatever=1'),
  get('umlauts in the input', `listings.search?${plain({ filter: { text: 'Größe ✓ 𝒳' } })}`),
  get('a plus for a space', 'listings.search?input=%7B%22json%22:+%7B%22limit%22:+5%7D%7D'),
  post('a mutation', 'auth.signIn', JSON.stringify({ json: signIn })),
  post('a mutation with dates', 'machines.addBlock', superjson.stringify({ at: new Date(0) }), {
    headers: { ...JSON_TYPE, ...ME },
  }),
  post('a mutation without a body', 'auth.signOut', undefined),
  post('a mutation with an empty body', 'auth.signOut', ''),
  post('a body with a byte order mark', 'auth.signIn', Buffer.from(`\uFEFF${JSON.stringify({ json: signIn })}`)),
  post('a body that is no UTF-8', 'auth.signIn', Buffer.from([0x7b, 0xff, 0xfe, 0x7d])),
  post('a charset', 'auth.signIn', JSON.stringify({ json: signIn }), {
    headers: { 'content-type': 'application/json; charset=utf-8' },
  }),
  post('a type in capitals', 'auth.signIn', JSON.stringify({ json: signIn }), {
    headers: { 'content-type': 'APPLICATION/JSON' },
  }),
  post('an input in the address of a POST', `auth.signIn?${plain(signIn)}`, undefined),
  post('a session in a cookie', 'auth.signIn', JSON.stringify({ json: signIn }), {
    headers: { ...JSON_TYPE, origin: 'https://machines.example.org', 'x-rsm-session': 'cookie' },
  }),
  post('a refresh by the cookie', 'auth.refresh', undefined, {
    headers: {
      ...JSON_TYPE,
      origin: 'https://machines.example.org',
      'x-rsm-session': 'cookie',
      cookie: '__Secure-rsm_session=abc',
    },
  }),
  post('a sign-out by the cookie', 'auth.signOut', '{"json":{}}', {
    headers: { ...JSON_TYPE, origin: 'https://machines.example.org', 'x-rsm-session': 'cookie' },
  }),
];

const batches: readonly Exchange[] = [
  ...Array.from({ length: 10 }, (_, index) =>
    get(`a batch of ${String(index + 1)}`, `${batchOf(index + 1)}?batch=1&input=%7B%7D`),
  ),
  get('a batch that is one too long', `${batchOf(11)}?batch=1`, { way: 'official' }),
  get('a batch that is far too long', `${batchOf(80)}?batch=1`, { way: 'official' }),
  get('a batch without input', `${batchOf(2)}?batch=1`),
  get('a batch of which all fail alike', 'payments.wallet,users.me?batch=1'),
  get('a batch of which one is refused', 'server.info,payments.wallet?batch=1'),
  get('a batch of which one is a fault of ours', 'server.info,users.me?batch=1', { headers: ME }),
  get('a batch of which one does not exist', 'server.info,nothing.here?batch=1'),
  get('a batch of nothing that exists', 'a.b,c.d?batch=1'),
  get('a batch with a wrong input', `listings.search,server.info?batch=1&${query({ 0: { json: { limit: -1 } } })}`),
  get('a batch whose input is a list', `${batchOf(2)}?batch=1&${query([1, 2])}`),
  get('a batch whose input is null', `${batchOf(2)}?batch=1&input=null`),
  get('a batch whose input is no JSON', `${batchOf(2)}?batch=1&input=%7B`),
  get('a batch with one input of null', `listings.search,server.info?batch=1&${query({ 0: null })}`),
  get('a batch with an input too many', `server.info?batch=1&${query({ 7: { json: 1 } })}`),
  get('a batch with an empty name', 'server.info,?batch=1'),
  get('a batch with queries and mutations', 'server.info,auth.signIn?batch=1', { way: 'official' }),
  get('a batch of mutations by GET', 'auth.signIn,auth.signOut?batch=1'),
  get('a batch by GET of a mutation and of nothing', 'auth.signIn,no.thing?batch=1'),
  get('commas without a batch', batchOf(2)),
  get('a batch that says 0', 'server.info?batch=0'),
  get('a batch that says true', 'server.info?batch=true'),
  post('a batch of mutations', 'auth.signIn,auth.signOut?batch=1', JSON.stringify({ 0: { json: signIn }, 1: {} })),
  post('a batch of mutations without a body', 'auth.signOut,auth.signOut?batch=1', undefined),
  post('a batch of mutations, one wrong', 'auth.signIn,auth.signOut?batch=1', '{"0":{"json":{"email":1}}}'),
  post('a batch whose body is no JSON', 'auth.signIn,auth.signOut?batch=1', 'nonsense'),
  post('a batch whose body is a text', 'auth.signIn,auth.signOut?batch=1', '"0"'),
  post('a batch with a feed', 'events.feed,server.info?batch=1', '{}', { way: 'official' }),
];

const refusals: readonly Exchange[] = [
  get('nobody who is signed in', 'payments.wallet'),
  get('a token that is nobody’s', 'payments.wallet', { headers: { authorization: 'Bearer nobody' } }),
  get('a header that is no bearer token', 'payments.wallet', { headers: { authorization: 'Basic abc' } }),
  get('the wrong role', `payments.adminListPayments?${plain({})}`, { headers: ME }),
  get('a fault of ours', 'users.me', { headers: ME }),
  get('a refusal with a field', `listings.get?${plain({ id: sampleIds.listingId })}`),
  get('an answer that is not what the schema says', `reliability.history?${plain({ id: sampleIds.machineId })}`, {
    headers: ME,
  }),
  get('a procedure that does not exist', 'nothing.here'),
  get('a procedure that does not exist, with input', `nothing.here?${plain(1)}`),
  get('a noun alone', 'listings'),
  get('a name of every object', 'constructor'),
  get('a prototype', '__proto__'),
  get('a procedure below a procedure', 'server.info.toString'),
  get('an input that is no JSON', 'server.info?input=%7B'),
  get('an input that is not decoded', 'server.info?input=%ZZ'),
  get('an input of null', `listings.search?${query(null)}`),
  get('an input of a number', `listings.search?${query(7)}`),
  get('an input without its envelope', `listings.search?${query({ limit: 5 })}`),
  get(
    'an envelope with meta of nonsense',
    `listings.search?${query({ json: { a: 1 }, meta: { values: { a: ['x'] } } })}`,
  ),
  get(
    'an envelope with a hostile path',
    `listings.search?${query({ json: {}, meta: { values: { '__proto__.x': ['Date'] } } })}`,
  ),
  get(
    'a key of a prototype in the input',
    'listings.search?input=%7B%22json%22:%7B%22__proto__%22:%7B%22limit%22:1%7D%7D%7D',
  ),
  get('a wrong field', `listings.search?${plain({ limit: 0 })}`),
  get('many wrong fields', `listings.search?${plain({ limit: 'x', sort: 'y', filter: { text: 1, region: 2 } })}`),
  get('a field that nobody knows', `listings.search?${plain({ hello: 1 })}`),
  get('a cursor of nonsense', `listings.search?${plain({ cursor: 'AAAA' })}`),
  get('a mutation by GET', `auth.signIn?${plain(signIn)}`),
  post('a query by POST', 'server.info', '{}'),
  post('a query by POST without a body', 'server.info', undefined),
  post('nothing by POST', 'nothing.here', '{}'),
  post('a body that is no JSON', 'auth.signIn', '{'),
  post('a body of null', 'auth.signIn', 'null'),
  post('a body of a list', 'auth.signIn', '[]'),
  post('a body with wrong fields', 'auth.signIn', '{"json":{"email":"x","password":""}}'),
  post('a body without its envelope', 'auth.signIn', JSON.stringify(signIn)),
];

const others: readonly Exchange[] = [
  get('a stream of lines', `${batchOf(2)}?batch=1`, {
    way: 'official',
    headers: { 'trpc-accept': 'application/jsonl' },
  }),
  get('a stream of lines that is no batch', 'server.info', {
    way: 'official',
    headers: { accept: 'application/jsonl' },
  }),
  get('connection parameters', 'server.info?connectionParams=%7B%7D', { way: 'official' }),
  get('connection parameters of nonsense', 'server.info?connectionParams=x', { way: 'official' }),
  get('a feed without a session', 'events.feed', { way: 'official' }),
  get('a path that is encoded', 'server%2Einfo'),
  get('a path that is encoded twice', 'server%252Einfo', { way: 'official' }),
  get('a path that is badly encoded', 'server%25', { way: 'official' }),
  get('a form by GET', 'server.info', { way: 'official', headers: { 'content-type': 'multipart/form-data' } }),
  get('some other type by GET', 'server.info', { way: 'official', headers: { 'content-type': 'text/plain' } }),
  post('no type', 'auth.signIn', undefined, { way: 'official', headers: {} }),
  post('a type that nobody reads', 'auth.signIn', '<a/>', {
    way: 'neither',
    headers: { 'content-type': 'application/xml' },
  }),
  post('plain text', 'auth.signIn', '{}', { way: 'official', headers: { 'content-type': 'text/plain' } }),
  post('bytes', 'auth.signIn', 'abc', {
    way: 'neither',
    headers: { 'content-type': 'application/octet-stream' },
  }),
  post('a body beyond the limit', 'auth.signIn', 'x'.repeat(300_000), { way: 'neither' }),
  post('a page of another origin that wants the cookie', 'auth.signIn', '{}', {
    way: 'neither',
    headers: { ...JSON_TYPE, origin: 'https://evil.example.org', 'x-rsm-session': 'cookie' },
  }),
  post('put', 'auth.signIn', '{}', { way: 'official', method: 'PUT' }),
  post('patch', 'server.info', '{}', { way: 'official', method: 'PATCH' }),
  post('delete', 'auth.signIn', undefined, { way: 'official', method: 'DELETE' }),
  get('head', 'server.info', { way: 'official', method: 'HEAD' }),
  get('head of nothing', 'nothing.here', { way: 'official', method: 'HEAD' }),
  get('a preflight that is admitted', 'auth.signIn', {
    way: 'neither',
    method: 'OPTIONS',
    headers: { origin: 'app://rsm', 'access-control-request-method': 'POST' },
  }),
  get('a preflight that is not', 'auth.signIn', {
    way: 'neither',
    method: 'OPTIONS',
    headers: { origin: 'https://evil.example.org', 'access-control-request-method': 'POST' },
  }),
  get('options of no page', 'auth.signIn', { way: 'neither', method: 'OPTIONS' }),
  get('a path below a path', 'server.info/more', { way: 'neither' }),
  get('no path', '', { way: 'neither' }),
];

/** Each procedure with its sample: by the method that it takes, which reaches a service, and by the other one. */
const everyProcedure: readonly Exchange[] = listProcedures()
  .filter(({ type }) => type !== 'subscription')
  .flatMap(({ path, sample, type }) => {
    const input = superjson.stringify(sample(sampleIds));
    const byGet = get(`${path} by GET`, `${path}?input=${encodeURIComponent(input)}`, { headers: ME });
    const byPost = post(`${path} by POST`, path, input, { headers: { ...JSON_TYPE, ...ME } });
    return type === 'query' ? [byGet, byPost] : [byPost, byGet];
  });

export const exchanges: readonly Exchange[] = [...answers, ...batches, ...refusals, ...others, ...everyProcedure];
