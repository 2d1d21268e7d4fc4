window.Auth0Lock = require('auth0-lock').default;
