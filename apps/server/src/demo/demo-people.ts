/** The people of the demo. Their passwords are known to everybody, which is why the demo listens on 127.0.0.1 only. */
export const demoProvider = {
  email: 'provider@demo.example',
  password: 'demo-provider-password',
  displayName: 'Demo provider',
} as const;

export const demoRenter = {
  email: 'renter@demo.example',
  password: 'demo-renter-password',
  displayName: 'Demo renter',
} as const;
