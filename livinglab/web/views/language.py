from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST
from django.views.i18n import set_language as remember_in_cookie

from livinglab.accounts.actions import choose_language


@require_POST
def set_language(request: HttpRequest) -> HttpResponseBase:
    """The visitor's choice goes into a cookie, that of somebody signed in also to her profile."""
    language = request.POST.get("language", "")
    if request.user.is_authenticated and check_for_language(language):
        choose_language(request.user, language=language)
    return remember_in_cookie(request)
