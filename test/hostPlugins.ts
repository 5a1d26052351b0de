// Tests use the provider host even if official plugins are installed, except with `npm run test:official`.
process.env.SANDBOX_PLUGINS ??= "host";
