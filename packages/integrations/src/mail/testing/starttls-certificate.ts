/**
 * A self-signed certificate for 127.0.0.1, good from 2020 to 2120, and its key. They guard nothing: the key is public.
 * Made with `openssl req -new` and `openssl ca -selfsign` (subjectAltName IP:127.0.0.1), because Node makes none itself.
 */
export const STARTTLS_CERTIFICATE = {
  key: `-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIF9vyvu1D45dON8ghO1Z5pG+0y6euxjad70Y6YSFHIS2
-----END PRIVATE KEY-----
`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBHTCB0KADAgECAgEBMAUGAytlcDAVMRMwEQYDVQQDDAp0ZXN0IHJlbGF5MCAX
DTIwMDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAVMRMwEQYDVQQDDAp0ZXN0
IHJlbGF5MCowBQYDK2VwAyEA2VYdYXewZv6DVqnMURhoz9PsZO0zEky4Q5QitCz9
oOSjQzBBMA8GA1UdEwEB/wQFMAMBAf8wDwYDVR0RBAgwBocEfwAAATAdBgNVHQ4E
FgQUN0HVDkur1VjpFx2nlf89muV6lxIwBQYDK2VwA0EAxKwjYWXnOAGpdoSFa7op
+G4NzkLzewiYAgg6359GiOSrcYnwvn5GqW/ip7htJZlA3ESNw8zuUtX1RMiYfU81
CA==
-----END CERTIFICATE-----
`,
} as const;
