window.oidc = require('oidc-client-ts');
window.auth0 = require('@auth0/auth0-spa-js');
