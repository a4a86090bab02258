/** Public keys that ssh-keygen (OpenSSH 9.2p1) wrote, with the fingerprints that it prints for them. */
export const recordedKeys = {
  'ed25519 256': {
    line: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIHy2bUx53tcXHBwgJQGnPuIc23aL9A5nJ38/RfAmq63h ada@example.org',
    fingerprint: 'SHA256:WPSDUyGkI0AgBkGoKQinZNfi8lA50Fl24BQH8bY3oxs',
  },
  'ecdsa 256': {
    line: 'ecdsa-sha2-nistp256 AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBIBehFTNC16Au1S2mWIkbhnbqziALx8N9PJWxz2MTI7RShpKVJI+aL9oZeAcPKxVJl/Vjg/HhEuy6gUoyaTM26Y= ada@example.org',
    fingerprint: 'SHA256:XwhjNtj5dngiU4FCVjxlDYKBUjrtXQdIS0fKlT4kwtM',
  },
  'ecdsa 384': {
    line: 'ecdsa-sha2-nistp384 AAAAE2VjZHNhLXNoYTItbmlzdHAzODQAAAAIbmlzdHAzODQAAABhBEMa6C1K0Bu9rqepFBM9V611GvHUwdTjNBGXiNYWYa8sq2R11/v0KScJq+PJLaORxUBu6cu1X/abf3gJV7Tce5YSX1CFrKN3FfIRWCSdoDGEmOBMQXUbLweUGoU9VBLhkg== ada@example.org',
    fingerprint: 'SHA256:tHIxNTrE5/7UCOe94fX2DWhKetL0PUSFDmGOEwDEReA',
  },
  'ecdsa 521': {
    line: 'ecdsa-sha2-nistp521 AAAAE2VjZHNhLXNoYTItbmlzdHA1MjEAAAAIbmlzdHA1MjEAAACFBADx7CAkNWuEtH9QUXC5X8r3N0N2zNbt+LvgtC/aWtY5A96Vdhh5stFfngB4iWMI8WJIhWMBMt/2xh1jGvHAxR/9dAGEA1JARfETHXUG2KfIjf2YQiUS8pfrwc2EPaI67K17CiWMcCmvVohAezndoWdsWeV3Xbk0Ltk46TtKQACL3riOCA== ada@example.org',
    fingerprint: 'SHA256:bvwiYqdRsyr8y27BojICVu6I/fE+WjCfmlceluxDHYQ',
  },
  'rsa 3072': {
    line: 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABgQDRbiEx8hGWb4k1KleUpRRzwIGfbXC3Nm603/Ao9F8xDfMwSxyq+MR7IcXL9iWx1cESpOTzT0GFRrGJcvqMIA9L+/zPGe8n5FIf8IbkctQFdz/b0eRQdF71Me36yka5hGOjcJNtFma2+KFhJYCKYxuCUqVID6D8kYAcQiPOwacjMGvsp9MqjKFoVdGSwumKsDPioruMYPCFhn2ZSif/BTMGvPIc46z5yYrUGS6PN303fjF8Kf2t0em8eCwkYvqIl6H+N/0VUpBbEOSVUzWwyasZ/lv6Gl3H9IsBUjOPyhMGrx04mC0rA+BZKzwcpg6qYlps6j+lcyHjxSbRbSjqTed1Aye0a2pNWZ6gV1Tj5ZG27U2I0b47NrN/79oZ5m18fu6RKjbV/C9FucJOkf9Bc96IkhJgSRjbr2Jzfc0N83e0LHwkXzBz/z4ocmYR4EEEjCeAcsKeXCG/xP1J6YhUurZpeP1VcMPIw++jjeC7fKa9rkkAITETbvAp99kxhh696hk= ada@example.org',
    fingerprint: 'SHA256:6QQdKcZm0h2D+X6ok3jROUzEWZk0z0DqqyEFMzTTp6A',
  },
  'rsa 2048': {
    line: 'ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAABAQDBEUZlZulsyc+IRO7kZeX6rjwBaiSy1LMnQMTyihw5Jt6FboaMMxeZNLaZwkDea1vf3ROKkkjvQtZu7qC8ug5ytxNyTTeFBbTTULkEFE74h97rgPtLZcpU8CbgcqYF3E2djflSZVkvlLiqtT139taTlWI9tHcCcUOf/fSbGSim7egmN+aXNn/1CFO5hUqe+12MvXTY7Az+BvYZlXD+R4prTHhhFS0O6y06BFaRgYotvZUfCfUxj/PNEJrcMalEexFik/KTNCGC6IPKEEV7U299hMOWdm2pyie7VgTzLMOxd3URYa1Mo1h6JkNE+ArtdtRZmAdWjPTjCmW5eGD6LVoN ada@example.org',
    fingerprint: 'SHA256:bfHCf77F6GURm1Xj5PPuXfE0OH7FjlRqK2cVVxiXKGk',
  },
} as const;
