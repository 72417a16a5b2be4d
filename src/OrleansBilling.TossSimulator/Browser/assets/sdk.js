// The simulator's stand-in for https://js.tosspayments.com/v2/standard, written from the public type
// declarations of @tosspayments/tosspayments-sdk 2.8.1 and the published error tables (read 2026-11).
// Only card registration (requestBillingAuth) is played; everything else refuses with a documented code.
// All styling goes through the CSSOM, so that a host page with `style-src 'self'` can use it.
(() => {
  'use strict';

  // Taken from the script's own address: the simulator may live on any host, port or path prefix.
  const scriptUrl = document.currentScript?.src;
  if (!scriptUrl) {
    throw new Error('[Toss simulator] load /v2/standard by a classic <script src>, not as a module.');
  }
  const registerUrl = new URL('../sdk/register', scriptUrl);

  const INVALID_PARAMETERS =
    '필수 파라미터를 누락하거나, 정의되지 않은 파라미터를 추가하거나, 파라미터의 타입이 올바르지 않을 때 발생합니다.';
  const MESSAGES = {
    INVALID_CLIENT_KEY: 'ClientKey 형태가 올바르지 않습니다.',
    INVALID_CUSTOMER_KEY:
      '고객키는 영문 대소문자, 숫자, 특수문자 -, _, =, ., @로 2자 이상 50자 이하여야 합니다.',
    INSECURE_KEY_USAGE:
      'test_gsk, live_gsk로 시작하는 시크릿 키는 클라이언트 코드에 노출되면 안 됩니다. ' +
      '구매자를 식별하는 customerKey 값을 사용해주세요.',
    NOT_SUPPORTED_WIDGET_KEY:
      'API 개별 연동 키의 클라이언트 키로 SDK를 연동해주세요. 결제위젯 연동 키는 지원하지 않습니다.',
    NOT_SUPPORTED_API_INDIVIDUAL_KEY:
      '결제위젯 연동 키의 클라이언트 키로 SDK를 연동해주세요. API 개별 연동 키는 지원하지 않습니다.',
    NOT_SUPPORTED_METHOD: '지원되지 않는 결제수단입니다.',
    INCORRECT_SUCCESS_URL_FORMAT: '잘못된 successUrl 입니다.',
    INCORRECT_FAIL_URL_FORMAT: '잘못된 failUrl 입니다.',
    INVALID_METHOD_TRANSACTION: '이미 다른 요청을 수행하고 있어요.',
    USER_CANCEL: '취소되었습니다.',
    V1_METHOD_NOT_SUPPORTED: '해당 API 는 v1 에서만 제공됩니다.',
    UNKNOWN: '알 수 없는 에러가 발생했습니다.',
    // The code is documented; its message is published nowhere. Assumption.
    PAYMENT_REQUEST_ABORTED: '결제 요청이 중단되었습니다.',
  };

  class TossPaymentsError extends Error {
    constructor(code, message = MESSAGES[code]) {
      super(message);
      this.name = 'TossPaymentsError';
      this.code = code;
    }
  }

  // ---- What a request may look like -------------------------------------------------------------

  const isText = (value) => typeof value === 'string';
  const isShortText = (value) => isText(value) && value.length <= 100;
  const isOneOf = (...allowed) => (value) => allowed.includes(value);

  const COMMON_FIELDS = {
    method: isText,
    successUrl: isText,
    failUrl: isText,
    customerName: isShortText,
    customerEmail: isShortText,
    windowTarget: isOneOf('iframe', 'self'),
  };
  const FIELDS = {
    CARD: {
      ...COMMON_FIELDS,
      selectableCardTypes: (value) =>
        Array.isArray(value) && value.length > 0 && value.every(isOneOf('PERSONAL', 'CORPORATE')),
      flowMode: isOneOf('DEFAULT', 'DIRECT'),
      easyPay: isOneOf('토스페이', 'TOSSPAY', '네이버페이', 'NAVERPAY'),
      cardCompany: isText,
    },
    TRANSFER: { ...COMMON_FIELDS, transfer: (value) => typeof value === 'object' },
  };

  function invalid(field) {
    return new TossPaymentsError('INVALID_PARAMETERS', `${INVALID_PARAMETERS} (${field})`);
  }

  function isAbsoluteHttpUrl(text) {
    try {
      return ['http:', 'https:'].includes(new URL(text).protocol);
    } catch {
      return false; // Relative: the origin is required.
    }
  }

  function isMobile() {
    return navigator.userAgentData?.mobile ?? /Android|iPhone|iPad|iPod|Mobile/.test(navigator.userAgent);
  }

  function checkRequest(request) {
    if (request === null || typeof request !== 'object') throw invalid('request');
    for (const required of ['method', 'successUrl', 'failUrl']) {
      if (!isText(request[required])) throw invalid(required);
    }
    const fields = Object.hasOwn(FIELDS, request.method) ? FIELDS[request.method] : undefined;
    if (!fields) throw new TossPaymentsError('NOT_SUPPORTED_METHOD');
    for (const [name, value] of Object.entries(request)) {
      if (!Object.hasOwn(fields, name)) throw invalid(name);
      if (value !== undefined && value !== null && !fields[name](value)) throw invalid(name);
    }
    if (!isAbsoluteHttpUrl(request.successUrl)) throw new TossPaymentsError('INCORRECT_SUCCESS_URL_FORMAT');
    if (!isAbsoluteHttpUrl(request.failUrl)) throw new TossPaymentsError('INCORRECT_FAIL_URL_FORMAT');
    const direct = request.flowMode === 'DIRECT';
    if (!direct && request.easyPay != null) throw invalid('easyPay');
    if (!direct && request.cardCompany != null) throw invalid('cardCompany');
    if (request.windowTarget === 'iframe' && isMobile()) throw invalid('windowTarget');
  }

  function checkClientKey(clientKey) {
    if (!isText(clientKey)) throw new TossPaymentsError('INVALID_CLIENT_KEY');
    if (/^(test|live)_g?sk_/.test(clientKey)) throw new TossPaymentsError('INSECURE_KEY_USAGE');
    if (!/^(test|live)_g?ck_\w+$/.test(clientKey)) throw new TossPaymentsError('INVALID_CLIENT_KEY');
  }

  function checkCustomerKey(customerKey) {
    if (isText(customerKey) && /^(test|live)_g?sk_/.test(customerKey)) throw new TossPaymentsError('INSECURE_KEY_USAGE');
    if (!isText(customerKey) || !/^[A-Za-z0-9\-_=.@]{2,50}$/.test(customerKey)) {
      throw new TossPaymentsError('INVALID_CUSTOMER_KEY');
    }
  }

  // ---- The registration window ------------------------------------------------------------------

  /** The one request in flight on this page: {owner, fail(error)}. */
  let active = null;

  // The back button may bring this page back from the cache with the request still marked as open.
  window.addEventListener('pageshow', (event) => {
    if (event.persisted) active?.fail(new TossPaymentsError('USER_CANCEL'));
  });

  function windowAddress(clientKey, customerKey, request, target, flow) {
    const url = new URL(registerUrl);
    // Name and e-mail are not passed on: they would stand in an address, and nothing here needs them.
    url.search = new URLSearchParams({
      clientKey,
      customerKey,
      method: request.method,
      successUrl: new URL(request.successUrl).href,
      failUrl: new URL(request.failUrl).href,
      cardTypes: (request.selectableCardTypes ?? ['PERSONAL', 'CORPORATE']).join(','),
      target,
      opener: window.location.origin,
      flow,
    }).toString();
    return url.href;
  }

  function leadsTo(address, expected) {
    const [given, wanted] = [new URL(address), new URL(expected)];
    return given.origin === wanted.origin && given.pathname === wanted.pathname;
  }

  function style(element, rules) {
    Object.assign(element.style, rules);
    return element;
  }

  /** A modal dialog: the browser itself keeps focus inside, makes the page behind inert and gives focus back. */
  function openFrame(address, onClose) {
    const korean = !navigator.language || navigator.language.startsWith('ko');
    const dialog = style(document.createElement('dialog'), {
      position: 'fixed', inset: '0', width: '100%', height: '100%', maxWidth: 'none', maxHeight: 'none',
      margin: '0', padding: '0', border: '0', background: 'rgba(2, 9, 19, 0.6)', overflow: 'hidden',
    });
    dialog.setAttribute('aria-label', korean ? '카드 등록' : 'Card registration');
    const frame = style(document.createElement('iframe'), {
      position: 'absolute', inset: '0', margin: 'auto', border: '0', background: '#fff', borderRadius: '16px',
      width: 'min(100%, 460px)', height: 'min(100%, 772px)', boxShadow: '0 20px 60px rgba(0, 0, 0, 0.3)',
      colorScheme: 'light',
    });
    frame.title = dialog.getAttribute('aria-label');
    frame.src = address;
    // Outside the frame, so that it works even when the frame could not be loaded.
    const close = style(document.createElement('button'), {
      position: 'absolute', top: '12px', right: '12px', width: '44px', height: '44px', border: '0', padding: '0',
      borderRadius: '22px', background: 'rgba(255, 255, 255, 0.92)', color: '#191f28', fontSize: '24px',
      lineHeight: '44px', cursor: 'pointer', zIndex: '1',
    });
    close.type = 'button';
    close.textContent = '×';
    close.setAttribute('aria-label', korean ? '닫기' : 'Close');
    close.addEventListener('click', onClose);
    dialog.addEventListener('cancel', (event) => {
      event.preventDefault();
      onClose();
    });
    dialog.append(close, frame);
    document.body.append(dialog);
    const scroll = document.documentElement.style.overflow;
    document.documentElement.style.overflow = 'hidden';
    dialog.showModal();
    frame.focus();
    return {
      contentWindow: () => frame.contentWindow,
      remove() {
        document.documentElement.style.overflow = scroll;
        dialog.close();
        dialog.remove();
      },
    };
  }

  /** The frame says one of: navigate (to one of our two addresses), canceled, refused. */
  function inFrame(owner, request, address, flow) {
    return new Promise((_, reject) => {
      const finish = () => {
        window.removeEventListener('message', onMessage);
        frame.remove();
        active = null;
      };
      const fail = (error) => {
        finish();
        reject(error);
      };
      const onMessage = (event) => {
        if (event.origin !== registerUrl.origin || event.source !== frame.contentWindow()) return;
        const message = event.data;
        if (message?.flow !== flow) return;
        if (message.type === 'canceled') {
          fail(new TossPaymentsError('USER_CANCEL'));
        } else if (message.type === 'refused') {
          fail(new TossPaymentsError(String(message.code), String(message.message)));
        } else if (message.type === 'navigate') {
          if (![request.successUrl, request.failUrl].some((url) => leadsTo(message.url, url))) {
            fail(new TossPaymentsError('UNKNOWN'));
            return;
          }
          // The page is leaving: as with Toss, the promise stays open. No second request until it is gone.
          window.removeEventListener('message', onMessage);
          window.location.assign(message.url);
        }
      };
      window.addEventListener('message', onMessage);
      const frame = openFrame(address, () => fail(new TossPaymentsError('USER_CANCEL')));
      active = { owner, fail };
    });
  }

  function inThisWindow(owner, address) {
    return new Promise((_, reject) => {
      active = {
        owner,
        fail(error) {
          active = null;
          reject(error);
        },
      };
      window.location.assign(address);
    });
  }

  function createPayment(clientKey, customerKey) {
    const payment = {
      async requestBillingAuth(request) {
        checkRequest(request);
        // "Anonymous" can pay once but not be billed again: nothing documents it for billing. Assumption.
        if (customerKey === TossPayments.ANONYMOUS) throw new TossPaymentsError('INVALID_CUSTOMER_KEY');
        if (active) throw new TossPaymentsError('INVALID_METHOD_TRANSACTION');
        const target = request.windowTarget ?? (isMobile() ? 'self' : 'iframe');
        const flow = crypto.getRandomValues(new Uint32Array(4)).join('-');
        const address = windowAddress(clientKey, customerKey, request, target, flow);
        return target === 'iframe' ? inFrame(payment, request, address, flow) : inThisWindow(payment, address);
      },
      async requestPayment() {
        throw new TossPaymentsError('NOT_SUPPORTED_METHOD', `${MESSAGES.NOT_SUPPORTED_METHOD} (시뮬레이터는 자동결제 카드 등록만 지원합니다.)`);
      },
      // With nothing open the declarations both promise safety and name an error; safety is assumed.
      async destroy() {
        if (active?.owner === payment) active.fail(new TossPaymentsError('PAYMENT_REQUEST_ABORTED'));
      },
    };
    return payment;
  }

  // ---- The global ---------------------------------------------------------------------------------

  function TossPayments(clientKey) {
    checkClientKey(clientKey);
    const isWidgetKey = /^(test|live)_gck_/.test(clientKey);
    const notPlayed = (what) => new TossPaymentsError('UNKNOWN', `${MESSAGES.UNKNOWN} (시뮬레이터는 ${what}를 지원하지 않습니다.)`);
    const onlyInV1 = () => {
      throw new TossPaymentsError('V1_METHOD_NOT_SUPPORTED');
    };
    return {
      payment(params) {
        if (isWidgetKey) throw new TossPaymentsError('NOT_SUPPORTED_WIDGET_KEY');
        checkCustomerKey(params?.customerKey);
        return createPayment(clientKey, params.customerKey);
      },
      widgets() {
        throw isWidgetKey ? notPlayed('결제위젯(widgets)') : new TossPaymentsError('NOT_SUPPORTED_API_INDIVIDUAL_KEY');
      },
      brandpay() {
        throw isWidgetKey ? new TossPaymentsError('NOT_SUPPORTED_WIDGET_KEY') : notPlayed('브랜드페이(brandpay)');
      },
      requestBillingAuth: onlyInV1,
      requestPayment: onlyInV1,
    };
  }
  TossPayments.ANONYMOUS = '@@ANONYMOUS';

  window.TossPayments = TossPayments;
})();
