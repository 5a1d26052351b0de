// Tests run on the provider host, whatever official plugins their machine has; `npm run test:official` does not.
process.env.SANDBOX_PLUGINS ??= "host";
