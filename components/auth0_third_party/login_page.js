(function () {
  'use strict';

  // Auth0 puts the configuration in as base64 of JSON in UTF-8, which atob alone would garble.
  var config = JSON.parse(decodeURIComponent(escape(window.atob(document.body.dataset.config))));
  var request = config.internalOptions || {};
  var extra = config.extraParams || {};
  var words = config.dict || {};
  var color = $primary_color || (config.colors || {}).primary;

  function fail() {
    document.body.textContent = 'The sign-in form could not be loaded. Please try again later.';
  }

  function show() {
    // Lock has its English words already; registered, they are not fetched from elsewhere.
    if (window.Auth0 && Auth0.registerLanguageDictionary) {
      Auth0.registerLanguageDictionary('en', { title: $title });
    }
    new Auth0Lock(config.clientID, config.auth0Domain, {
      __useTenantInfo: config.isThirdPartyClient,
      $settings
      assetsUrl: config.assetsUrl,
      auth: {
        redirectUrl: config.callbackURL,
        responseType:
          request.response_type || (config.callbackOnLocationHash ? 'token' : 'code'),
        params: request
      },
      allowedConnections: config.connection ? [config.connection] : null,
      rememberLastLogin: !config.prompt,
      language: typeof words === 'string' ? words : undefined,
      languageDictionary: words.signin && words.signin.title
        ? { title: words.signin.title }
        : undefined,
      prefill: extra.login_hint
        ? { email: extra.login_hint, username: extra.login_hint }
        : null,
      theme: color ? { logo: $logo, primaryColor: color } : { logo: $logo },
      avatar: null,
      closable: false,
      disableWarnings: true,
      defaultADUsernameFromEmailPrefix: false
    }).show();
  }

  var lock = document.createElement('script');
  lock.src = $lock_url;
  lock.integrity = $integrity;
  lock.crossOrigin = 'anonymous';
  lock.onload = show;
  lock.onerror = fail;
  document.head.appendChild(lock);
})();
