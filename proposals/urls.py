from django.urls import path

from proposals.views import comments, moderation, reading, supporting, writing

app_name = "proposals"
urlpatterns = [
    path("", reading.proposal_list, name="list"),
    path("new/", writing.new, name="new"),
    path("mine/", writing.mine, name="mine"),
    path("queue/", moderation.queue, name="queue"),
    path("queue/decide/", moderation.decide_many, name="queue-decide"),
    path("reports/<int:pk>/", moderation.review_report, name="review-report"),
    path("photos/<int:pk>/", reading.photo, name="photo"),
    path("comments/<int:pk>/", comments.show, name="show-comment"),
    path("comments/<int:pk>/answer/", comments.answer, name="answer"),
    path("comments/<int:pk>/edit/", comments.edit, name="edit-comment"),
    path("comments/<int:pk>/report/", comments.report_comment, name="report-comment"),
    path("<int:pk>/", reading.detail, name="detail"),
    path("<int:pk>/edit/", writing.edit, name="edit"),
    path("<int:pk>/preview/", writing.preview, name="preview"),
    path("<int:pk>/submit/", writing.submit, name="submit"),
    path("<int:pk>/withdraw/", writing.withdraw, name="withdraw"),
    path("<int:pk>/discard/", writing.discard, name="discard"),
    path("<int:pk>/support/", supporting.support, name="support"),
    path("<int:pk>/support/withdraw/", supporting.withdraw, name="withdraw-support"),
    path("<int:pk>/comments/", comments.write, name="comment"),
    path("<int:pk>/report/", comments.report_proposal, name="report"),
    path("<int:pk>/review/", moderation.review, name="review"),
    path("<int:pk>/translate/", moderation.translate, name="translate"),
]
