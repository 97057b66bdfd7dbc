"""Our own icons: strokes on a 24 by 24 grid, coloured by the text around them."""

ICONS = {
    "bell": '<path d="M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15zM10 21h4"/>',
    "person": '<circle cx="12" cy="8" r="4"/><path d="M4 20.5c1-4 4-6 8-6s7 2 8 6"/>',
    "people": (
        '<circle cx="9" cy="8.5" r="3.5"/><path d="M2.5 19.5c.8-3.5 3.2-5.3 6.5-5.3s5.7 1.8 6.5 5.3'
        'M15.5 5.3a3.5 3.5 0 0 1 0 6.4M18 14.8c1.9.8 3 2.4 3.5 4.7"/>'
    ),
    "menu": '<path d="M4 7h16M4 12h16M4 17h16"/>',
    "globe": (
        '<circle cx="12" cy="12" r="9"/><path d="M3 12h18M12 3c-5.5 5.5-5.5 12.5 0 18M12 3c5.5 5.5 5.5 12.5 0 18"/>'
    ),
    "text-size": '<path d="M3 19 8.5 5 14 19M5 14.5h7M15 19l3.2-8 3.3 8M16 16.5h4.5"/>',
    "info": '<circle cx="12" cy="12" r="9"/><path d="M12 11v6M12 7.5v.2"/>',
    "check": '<path d="m5 12.5 4.8 4.8L19.5 7.5"/>',
    "warning": '<path d="M12 4 2.5 20.5h19zM12 10v5M12 17.7v.2"/>',
    "search": '<circle cx="10.5" cy="10.5" r="6.5"/><path d="m15.5 15.5 5 5"/>',
    "left": '<path d="m14.5 5-7 7 7 7"/>',
    "right": '<path d="m9.5 5 7 7-7 7"/>',
    "down": '<path d="m5 9.5 7 7 7-7"/>',
    "up": '<path d="m5 14.5 7-7 7 7"/>',
    "plus": '<path d="M12 5v14M5 12h14"/>',
    "close": '<path d="m6 6 12 12M18 6 6 18"/>',
    "loop": '<path d="M19.5 9A8 8 0 0 0 5 8M4.5 15A8 8 0 0 0 19 16M5 3.5V8h4.5M19 20.5V16h-4.5"/>',
    "pin": '<path d="M12 21.5c4.5-5 7-8.5 7-12a7 7 0 0 0-14 0c0 3.5 2.5 7 7 12z"/><circle cx="12" cy="9.5" r="2.5"/>',
    "clock": '<circle cx="12" cy="12" r="9"/><path d="M12 7v5l3.5 2.5"/>',
    "calendar": '<path d="M4 6h16v14H4zM4 10.5h16M8 3.5V7M16 3.5V7"/>',
    "chat": '<path d="M4 5h16v11h-9l-5 4v-4H4z"/>',
    "heart": '<path d="M12 20.5C6 16 3 12.7 3 9.2A4.7 4.7 0 0 1 12 7a4.7 4.7 0 0 1 9 2.2c0 3.5-3 6.8-9 11.3z"/>',
    "document": '<path d="M6 3.5h8l4.5 4.5v12.5H6zM13.5 3.5V8.5h5M9 13h6M9 16.5h6"/>',
    "download": '<path d="M12 4v11M7.5 11l4.5 4.5 4.5-4.5M4.5 20h15"/>',
    "lock": '<path d="M5.5 11h13v9.5h-13zM8.5 11V8a3.5 3.5 0 0 1 7 0v3"/>',
    "eye": (
        '<path d="M2.5 12C5 7.5 8.2 5.5 12 5.5s7 2 9.5 6.5c-2.5 4.5-5.7 6.5-9.5 6.5S5 16.5 2.5 12z"/>'
        '<circle cx="12" cy="12" r="3"/>'
    ),
    "edit": '<path d="m4.5 15.5-1 5 5-1L20 8l-4-4zM13.5 6.5l4 4"/>',
    "hall": '<path d="M3.5 20.5h17M4.5 9.5h15M12 3.5l8 4.5v1.5H4V8zM6.5 9.5v8M12 9.5v8M17.5 9.5v8M5 17.5h14"/>',
    "flag": '<path d="M5.5 21V4h12l-2.5 4.5L17.5 13h-12"/>',
    "chart": '<path d="M4 4v16h16M8.5 16v-4M13 16V8M17.5 16v-6"/>',
    "camera": '<path d="M3.5 7.5H8L9.5 5h5L16 7.5h4.5v12h-17z"/><circle cx="12" cy="13" r="3.5"/>',
    "external": '<path d="M13.5 4.5h6v6M19.5 4.5l-9 9M10 5H4.5v14.5H19V14"/>',
    "home": '<path d="m3.5 11.5 8.5-7.5 8.5 7.5M6 9.5v10.5h12V9.5"/>',
    "mail": '<path d="M3.5 5.5h17v13h-17zM3.5 7l8.5 6.5L20.5 7"/>',
}
